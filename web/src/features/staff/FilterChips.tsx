import { useQueryClient } from "@tanstack/react-query";
import { memo } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { Chip } from "~/ui/Chip";
import { dateFormat } from "~/ui/formats";
import { useStaffNames } from "./StaffFilters";
import { studentInLists } from "./useStaffList";
import { cleared, filtersOf, type StaffSearch, viewOf, withField } from "./views";

interface Props {
  search: StaffSearch;
  /** Whether words are looked for: then the view narrows what they find. */
  isFound: boolean;
  onChange: (search: StaffSearch) => void;
}

interface ChipOf {
  key: string;
  name: string;
  without: StaffSearch;
}

/** What narrows the list, each to be taken off, and all at once. */
export const FilterChips = memo(function FilterChips({ search, isFound, onChange }: Props) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const staff = useStaffNames();
  const chips: ChipOf[] = [];
  const view = viewOf(search);
  const several = <Field extends "status" | "priority" | "category" | "tag">(
    field: Field,
    nameOf: (value: string) => string,
  ) => {
    const values: readonly string[] = search[field] ?? [];
    for (const value of values) {
      const left = values.filter((other) => other !== value);
      const without = withField(search, field, left.length > 0 ? (left as never) : undefined);
      chips.push({ key: `${field}-${value}`, name: nameOf(value), without });
    }
  };
  const one = (field: keyof StaffSearch, name: string) =>
    search[field] !== undefined &&
    chips.push({ key: field, name, without: withField(search, field, undefined) });
  const day = (at = "") =>
    at && dateFormat(i18n.language, { dateStyle: "medium", timeZone: "UTC" }).format(Date.parse(at));

  if (isFound && view !== "all" && view !== null) {
    const name = t("inbox.searchIn", { view: t(`staff.views.${view}`) });
    chips.push({ key: "view", name, without: { ...search, view: "all" } });
  }
  several("status", (value) => t(`status.${value}` as "status.open"));
  several("priority", (value) => t(`priority.${value}` as "priority.low"));
  several("category", (value) => t(`category.${value}` as "category.other"));
  several("tag", (tag) => t("inbox.filter.tagChip", { tag }));
  one("unread", t("inbox.filter.unread"));
  one("waiting", t("inbox.filter.waiting"));
  if (search.assignee === "me" || search.assignee === "none") {
    one("assignee", t(search.assignee === "me" ? "staff.views.mine" : "staff.views.unassigned"));
  } else {
    const holder = staff?.find((person) => person.id === search.assignee)?.displayName ?? "…";
    one("assignee", `${t("ticket.assignee")}: ${holder}`);
  }
  one("createdFrom", `${t("tickets.filters.from")} ${day(search.createdFrom)}`);
  one("createdTo", `${t("tickets.filters.to")} ${day(search.createdTo)}`);
  const student = search.student && studentInLists(queries, search.student);
  one("student", student ? t("inbox.filter.student", { name: student }) : t("inbox.filter.someStudent"));

  if (chips.length === 0) return null;
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {chips.map(({ key, name, without }) => (
        <Chip key={key} name={name} onRemove={() => onChange(without)} />
      ))}
      {(Object.keys(filtersOf(search)).length > 0 || search.q) && (
        <Button kind="quiet" size="small" onClick={() => onChange(cleared(search))}>
          {t("tickets.filters.clear")}
        </Button>
      )}
    </div>
  );
});
