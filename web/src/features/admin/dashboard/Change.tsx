import { useTranslation } from "~/i18n/useTranslation";
import { cx } from "~/ui/cx";
import { growth, percent } from "./figures";

interface Props {
  now: number | null;
  before: number | null;
  /** What it was before, as people read it. */
  shownBefore: string;
  /** Which direction is the better one; neither, when it is left out. */
  better?: "up" | "down";
}

/** How something compares with the period before: an arrow, a share, and a colour for better or worse. */
export function Change({ now, before, shownBefore, better }: Props) {
  const { t, i18n } = useTranslation();
  const grown = growth(now, before);
  if (grown === null) return null;
  const direction = Math.abs(grown) < 0.005 ? "same" : grown > 0 ? "up" : "down";
  const isGood = direction === better;
  const sign = { up: "▲", down: "▼", same: "=" }[direction];
  const share = percent(Math.abs(grown), i18n.language);
  return (
    <span
      title={t("admin.dashboard.before", { value: shownBefore })}
      className={cx(
        "tabular inline-flex items-center gap-1 rounded-full px-1.5 text-xs font-medium whitespace-nowrap",
        better === undefined || direction === "same"
          ? "bg-sunken text-muted"
          : isGood
            ? "bg-good-soft text-good"
            : "bg-warn-soft text-warn",
      )}
    >
      <span aria-hidden="true">
        {sign} {direction !== "same" && share}
      </span>
      <span className="sr-only">
        {t(`admin.dashboard.change.${direction}`, { share })}{" "}
        {t("admin.dashboard.before", { value: shownBefore })}
      </span>
    </span>
  );
}
