import type { TFunction } from "i18next";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { Chip } from "~/ui/Chip";
import { cx } from "~/ui/cx";
import { INPUT } from "~/ui/Field";
import { dateFormat } from "~/ui/formats";
import { ChevronIcon } from "~/ui/icons";
import { PopoverButton } from "~/ui/PopoverButton";
import {
  CATEGORIES,
  dayBefore,
  isFiltered,
  PRIORITIES,
  SORTS,
  type Sort,
  STATUSES,
  type TicketSearch,
} from "./ticketSearch";

interface Props {
  search: TicketSearch;
  onChange: (search: TicketSearch) => void;
}

const CHOICES = { status: STATUSES, category: CATEGORIES, priority: PRIORITIES } as const;
type Choice = keyof typeof CHOICES;
const FIELDS = Object.keys(CHOICES) as Choice[];

function nameOf(field: Choice, value: string, t: TFunction): string {
  // What a student is waited for is "waiting for you", not for "the student".
  if (field === "status" && value === "pending") return t("status.pendingForStudent");
  return t(`${field}.${value}` as "category.other");
}

/** Dropdowns for what a list may be narrowed to, a sort, and what is chosen as chips that can be taken off. */
export function TicketFilters({ search, onChange }: Props) {
  const { t, i18n } = useTranslation();
  const { q, sort, ...rest } = search;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        {FIELDS.map((field) => (
          <ChoiceFilter key={field} field={field} search={search} onChange={onChange} />
        ))}
        <DateFilter search={search} onChange={onChange} />
        {q ? (
          <span className="ml-auto text-sm text-muted">{t("student.byMatch")}</span>
        ) : (
          <label className="ml-auto flex items-center gap-2 text-sm whitespace-nowrap text-muted">
            {t("tickets.sort.label")}
            <select
              value={sort ?? "lastInteractionAt"}
              onChange={(event) => onChange(withSort(search, event.target.value as Sort))}
              className={cx(INPUT, "h-8 w-auto py-0 pr-7 text-sm")}
            >
              {SORTS.map((name) => (
                <option key={name} value={name}>
                  {t(`tickets.sort.${name}`)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {isFiltered(rest) && (
        <div className="flex flex-wrap items-center gap-1.5">
          {FIELDS.flatMap((field) =>
            (search[field] ?? []).map((value) => (
              <Chip
                key={`${field}-${value}`}
                name={nameOf(field, value, t)}
                onRemove={() => onChange(without(search, field, value))}
              />
            )),
          )}
          {(["createdFrom", "createdTo"] as const).map((field) => {
            const day = search[field];
            if (!day) return null;
            const shown = dateFormat(i18n.language, { dateStyle: "medium", timeZone: "UTC" }).format(
              Date.parse(day),
            );
            const name = `${t(field === "createdFrom" ? "tickets.filters.from" : "tickets.filters.to")} ${shown}`;
            return <Chip key={field} name={name} onRemove={() => onChange(dropped(search, field))} />;
          })}
          <Button
            kind="quiet"
            size="small"
            onClick={() => onChange({ ...(sort && { sort }), ...(q && { q }) })}
          >
            {t("tickets.filters.clear")}
          </Button>
        </div>
      )}
    </div>
  );
}

function withSort(search: TicketSearch, sort: Sort): TicketSearch {
  return sort === "lastInteractionAt" ? dropped(search, "sort") : { ...search, sort };
}

function dropped(search: TicketSearch, field: keyof TicketSearch): TicketSearch {
  const { [field]: _, ...rest } = search;
  return rest;
}

function without(search: TicketSearch, field: Choice, value: string): TicketSearch {
  const left = (search[field] as string[] | undefined)?.filter((other) => other !== value) ?? [];
  return left.length > 0 ? { ...search, [field]: left } : dropped(search, field);
}

const TRIGGER =
  "inline-flex h-8 items-center gap-1 rounded-lg border border-line bg-surface px-2.5 text-sm hover:bg-hover";
const POPUP = "z-40 rounded-xl border border-line bg-raised p-2 shadow-pop outline-none";

function ChoiceFilter({ field, search, onChange }: Props & { field: Choice }) {
  const { t } = useTranslation();
  const chosen: readonly string[] = search[field] ?? [];
  return (
    <PopoverButton
      label={t(`${field}.label`)}
      trigger={
        <>
          {t(`${field}.label`)}
          {chosen.length > 0 && <span className="tabular text-accent-text">({chosen.length})</span>}
          <ChevronIcon className="size-4 text-muted" />
        </>
      }
      buttonClass={TRIGGER}
      panelClass={POPUP}
    >
      {CHOICES[field].map((value) => (
        <label
          key={value}
          className="flex items-center gap-2.5 rounded-md px-2 py-1.5 text-sm hover:bg-hover"
        >
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={chosen.includes(value)}
            onChange={(event) =>
              onChange(
                event.target.checked
                  ? { ...search, [field]: [...chosen, value] }
                  : without(search, field, value),
              )
            }
          />
          {nameOf(field, value, t)}
        </label>
      ))}
    </PopoverButton>
  );
}

const PRESETS = { today: 0, week: 6, month: 29 } as const;

function DateFilter({ search, onChange }: Props) {
  const { t } = useTranslation();
  const { createdTo: _, ...others } = search;
  return (
    <PopoverButton
      label={t("ticket.opened")}
      trigger={
        <>
          {t("ticket.opened")}
          <ChevronIcon className="size-4 text-muted" />
        </>
      }
      buttonClass={TRIGGER}
      panelClass={cx(POPUP, "flex flex-col gap-2 p-3")}
    >
      <div className="flex flex-wrap gap-1.5">
        {(Object.keys(PRESETS) as (keyof typeof PRESETS)[]).map((name) => (
          <Button
            key={name}
            size="small"
            onClick={() => onChange({ ...others, createdFrom: dayBefore(PRESETS[name]) })}
          >
            {t(`student.presets.${name}`)}
          </Button>
        ))}
      </div>
      {(["createdFrom", "createdTo"] as const).map((field) => (
        <label key={field} className="flex flex-col gap-1 text-sm">
          {t(field === "createdFrom" ? "tickets.filters.from" : "tickets.filters.to")}
          <input
            type="date"
            className={cx(INPUT, "h-9")}
            value={search[field] ?? ""}
            {...(field === "createdFrom"
              ? { max: search.createdTo ?? dayBefore(0) }
              : { min: search.createdFrom, max: dayBefore(0) })}
            onChange={(event) =>
              onChange(
                event.target.value ? { ...search, [field]: event.target.value } : dropped(search, field),
              )
            }
          />
        </label>
      ))}
    </PopoverButton>
  );
}
