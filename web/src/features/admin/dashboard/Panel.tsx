import { Popover } from "@base-ui/react/popover";
import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";

interface Props {
  title: string;
  /** What the numbers mean, behind a button. */
  info?: string;
  /** The same as a table; it can be shown instead of the chart. */
  table?: ReactNode;
  aside?: ReactNode;
  className?: string;
  children: ReactNode;
}

/** A part of the dashboard. */
export function Panel({ title, info, table, aside, className, children }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const [isTable, setTable] = useState(false);
  return (
    <section
      aria-labelledby={id}
      className={cx("flex min-w-0 flex-col gap-3 rounded-2xl border border-line bg-surface p-4", className)}
    >
      <div className="flex min-h-8 items-center gap-1.5">
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        {info && <Info about={title}>{info}</Info>}
        <div className="ml-auto flex gap-2">
          {aside}
          {table && (
            <Button size="small" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
              {t(isTable ? "admin.dashboard.asChart" : "admin.dashboard.asTable")}
            </Button>
          )}
        </div>
      </div>
      {table && isTable ? <div className="max-h-72 overflow-y-auto">{table}</div> : children}
    </section>
  );
}

/** What a number means, for whoever asks. */
export function Info({ about, children }: { about: string; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Popover.Root>
      <Popover.Trigger
        aria-label={t("admin.dashboard.meaning", { about })}
        className="grid size-6 shrink-0 place-items-center rounded-full hover:bg-hover"
      >
        <span
          aria-hidden="true"
          className="grid size-4 place-items-center rounded-full border border-line-strong font-serif text-[0.6875rem] leading-none text-muted italic"
        >
          i
        </span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} className="z-40">
          <Popover.Popup
            aria-label={about}
            className="max-w-xs rounded-xl border border-line bg-raised p-3 text-sm font-normal shadow-pop outline-none"
          >
            <Popover.Description>{children}</Popover.Description>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** A line of a small table. */
export const CELL = "py-1.5 pr-3 text-left align-middle last:pr-0 [th&]:whitespace-nowrap";
