import { useQuery } from "@tanstack/react-query";
import { memo } from "react";
import { CATEGORIES, PRIORITIES, STATUSES } from "~/features/tickets/ticketSearch";
import { useTranslation } from "~/i18n/useTranslation";
import { getAssignable } from "~/services/staffService";
import { buttonClass } from "~/ui/Button";
import { INPUT } from "~/ui/Field";
import { FilterIcon } from "~/ui/icons";
import { PopoverButton } from "~/ui/PopoverButton";
import { TagInput } from "./TagInput";
import { filtersOf, type StaffSearch, withField } from "./views";

interface Props {
  search: StaffSearch;
  onChange: (search: StaffSearch) => void;
}

const CHOICES = { status: STATUSES, priority: PRIORITIES, category: CATEGORIES } as const;
const FLAGS = ["unread", "waiting"] as const;
const DAYS = ["createdFrom", "createdTo"] as const;

/** Everything a list may be narrowed to, behind one button. */
export const StaffFilters = memo(function StaffFilters({ search, onChange }: Props) {
  const { t } = useTranslation();
  const count = Object.values(filtersOf(search)).flat().length;
  return (
    <PopoverButton
      label={t("tickets.filters.label")}
      trigger={
        <>
          <FilterIcon className="size-4" />
          {count > 0 ? t("inbox.filter.openCount", { count }) : t("inbox.filter.open")}
        </>
      }
      buttonClass={buttonClass("secondary", "small")}
      panelClass="grid max-h-[min(75vh,var(--available-height))] w-[min(27rem,calc(100vw-1.5rem))] grid-cols-2 gap-x-5 gap-y-4 overflow-y-auto rounded-xl border border-line bg-raised p-4 shadow-pop outline-none"
    >
      {(Object.keys(CHOICES) as (keyof typeof CHOICES)[]).map((field) => (
        <Choices key={field} field={field} search={search} onChange={onChange} />
      ))}
      <fieldset>
        <legend className={LEGEND}>{t("inbox.filter.more")}</legend>
        {FLAGS.map((flag) => (
          <Check
            key={flag}
            label={t(`inbox.filter.${flag}`)}
            isChecked={search[flag] === "yes"}
            onChange={(isOn) => onChange(withField(search, flag, isOn ? "yes" : undefined))}
          />
        ))}
        <Assignee search={search} onChange={onChange} />
        <div className="mt-2">
          <TagInput
            label={t("inbox.filter.tag")}
            placeholder={t("inbox.filter.tagPlaceholder")}
            onAdd={(tag) => onChange(withField(search, "tag", [...new Set([...(search.tag ?? []), tag])]))}
          />
        </div>
      </fieldset>
      <fieldset className="col-span-2">
        <legend className={LEGEND}>{t("ticket.opened")}</legend>
        <div className="grid grid-cols-2 gap-x-5">
          {DAYS.map((field) => (
            <label key={field} className="flex flex-col gap-1 text-sm">
              {t(field === "createdFrom" ? "tickets.filters.from" : "tickets.filters.to")}
              <input
                type="date"
                className={`${INPUT} h-8 text-sm`}
                value={search[field] ?? ""}
                onChange={(event) => onChange(withField(search, field, event.target.value || undefined))}
              />
            </label>
          ))}
        </div>
      </fieldset>
    </PopoverButton>
  );
});

/** Staff, to ask for the tickets of one of them. */
export function useStaffNames() {
  return useQuery({
    queryKey: ["assignable", ""],
    queryFn: ({ signal }) => getAssignable("", signal),
    staleTime: 60_000,
  }).data?.items;
}

function Assignee({ search, onChange }: Props) {
  const { t } = useTranslation();
  const staff = useStaffNames();
  return (
    <select
      aria-label={t("ticket.assignee")}
      value={search.assignee ?? ""}
      onChange={(event) => onChange(withField(search, "assignee", event.target.value || undefined))}
      className={`${INPUT} mt-2 h-8 text-sm`}
    >
      <option value="">{t("inbox.filter.anybody")}</option>
      <option value="me">{t("staff.views.mine")}</option>
      <option value="none">{t("staff.views.unassigned")}</option>
      {staff?.map((person) => (
        <option key={person.id} value={person.id}>
          {person.displayName}
        </option>
      ))}
    </select>
  );
}

const LEGEND = "mb-1 text-xs font-semibold text-muted";

function Choices({ field, search, onChange }: Props & { field: keyof typeof CHOICES }) {
  const { t } = useTranslation();
  const chosen: readonly string[] = search[field] ?? [];
  return (
    <fieldset>
      <legend className={LEGEND}>{t(`${field}.label`)}</legend>
      {CHOICES[field].map((value) => (
        <Check
          key={value}
          label={t(`${field}.${value}` as "status.open")}
          isChecked={chosen.includes(value)}
          onChange={(isOn) => {
            const values = isOn ? [...chosen, value] : chosen.filter((other) => other !== value);
            onChange(withField(search, field, values.length > 0 ? (values as never) : undefined));
          }}
        />
      ))}
    </fieldset>
  );
}

interface CheckProps {
  label: string;
  isChecked: boolean;
  onChange: (isChecked: boolean) => void;
}

function Check({ label, isChecked, onChange }: CheckProps) {
  return (
    <label className="-mx-1.5 flex min-h-7 items-center gap-2.5 rounded-md px-1.5 text-sm hover:bg-hover">
      <input
        type="checkbox"
        className="size-4 shrink-0 accent-accent max-sm:size-6"
        checked={isChecked}
        onChange={(event) => onChange(event.target.checked)}
      />
      {label}
    </label>
  );
}
