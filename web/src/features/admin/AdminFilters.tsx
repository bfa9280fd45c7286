import { useState } from "react";
import { CATEGORIES, PRIORITIES, STATUSES } from "~/features/tickets/ticketSearch";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { INPUT } from "~/ui/Field";
import {
  ADMIN_SORTS,
  type AdminSearch,
  type AdminSort,
  ENDS,
  type EndField,
  FLAGS,
  toggledValue,
  withoutField,
} from "./adminSearch";
import { CheckLine, FilterPopover } from "./FilterPopover";
import { AssigneeFilter, StudentFilter, TagFilter, TeamFilter } from "./PersonFilters";

interface Props {
  search: AdminSearch;
  onChange: (search: AdminSearch) => void;
}

const CHOICES = { status: STATUSES, category: CATEGORIES, priority: PRIORITIES } as const;

/** Everything by which the table of all tickets may be narrowed, and its order. */
export function AdminFilters({ search, onChange }: Props) {
  const { t } = useTranslation();
  // Where there is little room, they are shown when they are asked for.
  const [isShown, setShown] = useState(false);
  return (
    <>
      <Button
        aria-expanded={isShown}
        className="self-start md:hidden"
        size="small"
        onClick={() => setShown(!isShown)}
      >
        {t("admin.tickets.filters")}
      </Button>
      <div
        role="group"
        aria-label={t("tickets.filters.label")}
        className={cx("flex flex-wrap items-center gap-2", !isShown && "max-md:hidden")}
      >
        {(Object.keys(CHOICES) as (keyof typeof CHOICES)[]).map((field) => (
          <FilterPopover key={field} label={t(`${field}.label`)} count={search[field]?.length ?? 0}>
            <div>
              {CHOICES[field].map((value) => (
                <CheckLine
                  key={value}
                  isChecked={(search[field] as readonly string[] | undefined)?.includes(value) ?? false}
                  onToggle={() => onChange(toggledValue(search, field, value))}
                >
                  {t(`${field}.${value}` as "category.other")}
                </CheckLine>
              ))}
            </div>
          </FilterPopover>
        ))}
        <AssigneeFilter search={search} onChange={onChange} />
        <TeamFilter search={search} onChange={onChange} />
        <TagFilter search={search} onChange={onChange} />
        <StudentFilter search={search} onChange={onChange} />
        <FilterPopover
          label={t("admin.tickets.dates")}
          count={ENDS.filter((end) => search[end] !== undefined).length}
        >
          {ENDS.map((end) => (
            <DayField key={end} field={end} search={search} onChange={onChange} />
          ))}
        </FilterPopover>
        <FilterPopover
          label={t("admin.tickets.more")}
          count={FLAGS.filter((flag) => search[flag] === true).length}
        >
          <div>
            {FLAGS.map((flag) => (
              <CheckLine
                key={flag}
                isChecked={search[flag] === true}
                onToggle={() =>
                  onChange(search[flag] ? withoutField(search, flag) : { ...search, [flag]: true })
                }
              >
                {t(`admin.tickets.flags.${flag}`)}
              </CheckLine>
            ))}
          </div>
        </FilterPopover>
        <SortChoice search={search} onChange={onChange} />
      </div>
    </>
  );
}

function DayField({ field, search, onChange }: Props & { field: EndField }) {
  const { t } = useTranslation();
  return (
    <label className="flex flex-col gap-1 px-1 text-sm">
      {t(`admin.tickets.ends.${field}`)}
      <input
        type="date"
        className={cx(INPUT, "h-9")}
        value={search[field]?.slice(0, 10) ?? ""}
        onChange={(event) =>
          onChange(
            event.target.value ? { ...search, [field]: event.target.value } : withoutField(search, field),
          )
        }
      />
    </label>
  );
}

function SortChoice({ search, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <label className="ml-auto flex items-center gap-2 text-sm whitespace-nowrap text-muted">
      {t("tickets.sort.label")}
      <select
        value={search.sort ?? "lastInteractionAt"}
        onChange={(event) => onChange(sortedBy(search, event.target.value as AdminSort))}
        className={cx(INPUT, "h-8 !w-auto py-0 pr-7 text-sm")}
      >
        {ADMIN_SORTS.map((sort) => (
          <option key={sort} value={sort}>
            {t(`tickets.sort.${sort}`)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The same list in another order, as that order usually is. */
export function sortedBy(search: AdminSearch, sort: AdminSort): AdminSearch {
  const { sort: _, order: __, ...filters } = search;
  return sort === "lastInteractionAt" ? filters : { ...filters, sort };
}
