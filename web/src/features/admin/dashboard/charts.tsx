/** The charts alone, which are loaded when they are first needed. What they show stands beside them as a table. */
import {
  CartesianGrid,
  Line,
  LineChart,
  Pie,
  PieChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import type { Span } from "./period";

export interface Slice {
  name: string;
  value: number;
  fill: string;
}

/** Parts of a whole; their names stand in the legend. */
export function CategoryPie({ slices }: { slices: Slice[] }) {
  return (
    <ResponsiveContainer width="100%" height={180}>
      <PieChart accessibilityLayer={false}>
        <Pie
          data={slices}
          dataKey="value"
          nameKey="name"
          innerRadius="58%"
          outerRadius="96%"
          stroke="var(--surface)"
          strokeWidth={2}
          isAnimationActive={false}
          rootTabIndex={-1}
        />
        <Tooltip content={<SliceTip />} isAnimationActive={false} />
      </PieChart>
    </ResponsiveContainer>
  );
}

interface DaysProps {
  spans: Span[];
  names: { created: string; resolved: string };
  shownDay: (day: string) => string;
}

/** What came and what was done, over time. */
export function DaysLine({ spans, names, shownDay }: DaysProps) {
  return (
    <ResponsiveContainer width="100%" height="100%" minHeight={240}>
      <LineChart data={spans} margin={{ top: 8, right: 8, bottom: 0, left: -16 }} accessibilityLayer={false}>
        <CartesianGrid stroke="var(--line)" vertical={false} />
        <XAxis
          dataKey="from"
          tickFormatter={shownDay}
          minTickGap={32}
          tick={{ fill: "var(--muted)", fontSize: 12 }}
          tickLine={false}
          axisLine={{ stroke: "var(--line)" }}
        />
        <YAxis
          allowDecimals={false}
          tick={{ fill: "var(--muted)", fontSize: 12 }}
          tickLine={false}
          axisLine={false}
          width={48}
        />
        <Tooltip
          content={<DayTip names={names} shownDay={shownDay} />}
          isAnimationActive={false}
          cursor={{ stroke: "var(--line-strong)" }}
        />
        <Line
          dataKey="created"
          name={names.created}
          stroke="var(--chart-1)"
          strokeWidth={2}
          dot={false}
          isAnimationActive={false}
        />
        <Line
          dataKey="resolved"
          name={names.resolved}
          stroke="var(--chart-2)"
          strokeWidth={2}
          strokeDasharray="5 3"
          dot={false}
          isAnimationActive={false}
        />
      </LineChart>
    </ResponsiveContainer>
  );
}

const TIP = "rounded-lg border border-line bg-raised px-2.5 py-1.5 text-sm shadow-pop";

function SliceTip({
  active,
  payload,
}: {
  active?: boolean;
  payload?: readonly { name?: string; value?: number }[];
}) {
  const slice = payload?.[0];
  if (!active || !slice) return null;
  return (
    <div className={TIP}>
      {slice.name}: <b className="tabular">{slice.value}</b>
    </div>
  );
}

interface DayTipProps extends Omit<DaysProps, "spans"> {
  active?: boolean;
  payload?: readonly { payload?: Span }[];
}

function DayTip({ active, payload, names, shownDay }: DayTipProps) {
  const span = payload?.[0]?.payload;
  if (!active || !span) return null;
  return (
    <div className={TIP}>
      <p className="text-muted">
        {shownDay(span.from)}
        {span.to !== span.from && ` – ${shownDay(span.to)}`}
      </p>
      <p>
        {names.created}: <b className="tabular">{span.created}</b>
      </p>
      <p>
        {names.resolved}: <b className="tabular">{span.resolved}</b>
      </p>
    </div>
  );
}
