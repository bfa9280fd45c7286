/** Filters whose values are looked up: people, teams, tags. */
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useDeferredValue, useState } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import { getPeople } from "~/services/peopleService";
import { getAssignable, getTeams } from "~/services/staffService";
import { Avatar } from "~/ui/Avatar";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { INPUT } from "~/ui/Field";
import { type AdminSearch, toggledValue } from "./adminSearch";
import { CheckLine, FilterPopover } from "./FilterPopover";

interface Props {
  search: AdminSearch;
  onChange: (search: AdminSearch) => void;
}

/** Who has a ticket: oneself, nobody, or somebody of staff. */
export function AssigneeFilter({ search, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <FilterPopover label={t("ticket.assignee")} count={search.assignee?.length ?? 0}>
      <div>
        {(["me", "none"] as const).map((who) => (
          <CheckLine
            key={who}
            isChecked={search.assignee?.includes(who) ?? false}
            onToggle={() => onChange(toggledValue(search, "assignee", who))}
          >
            {t(who === "me" ? "admin.tickets.me" : "app.nobody")}
          </CheckLine>
        ))}
      </div>
      <PeopleChoice field="assignee" search={search} onChange={onChange} />
    </FilterPopover>
  );
}

/** Whose ticket it is. */
export function StudentFilter({ search, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <FilterPopover label={t("ticket.student")} count={search.student?.length ?? 0}>
      <PeopleChoice field="student" search={search} onChange={onChange} />
    </FilterPopover>
  );
}

function PeopleChoice({ field, search, onChange }: Props & { field: "assignee" | "student" }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text.trim());
  const { data } = useQuery({
    queryKey: ["people", "choice", field, wanted],
    queryFn: async ({ signal }) =>
      field === "assignee"
        ? (await getAssignable(wanted, signal)).items
        : (await getPeople({ role: "student", limit: 20, ...(wanted && { search: wanted }) }, signal)).items,
    placeholderData: (before) => before,
  });
  return (
    <>
      <input
        type="search"
        value={text}
        onChange={(event) => setText(event.target.value)}
        placeholder={t("admin.tickets.findPerson")}
        aria-label={t("admin.tickets.findPerson")}
        className={cx(INPUT, "h-9 shrink-0 text-sm")}
      />
      <div>
        {data?.map((person) => (
          <CheckLine
            key={person.id}
            isChecked={search[field]?.includes(person.id) ?? false}
            onToggle={() => onChange(toggledValue(search, field, person.id))}
          >
            <Avatar name={person.displayName} url={person.avatarUrl} size={22} />
            <span className="min-w-0 truncate" title={person.displayName}>
              {person.displayName}
            </span>
          </CheckLine>
        ))}
        {data?.length === 0 && <p className="px-2 py-3 text-sm text-muted">{t("tickets.noMatch.title")}</p>}
      </div>
    </>
  );
}

/** Which team has it. */
export function TeamFilter({ search, onChange }: Props) {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey: ["teams"], queryFn: ({ signal }) => getTeams(signal) });
  const toggle = (team: string) => onChange(toggledValue(search, "team", team));
  return (
    <FilterPopover label={t("ticket.team")} count={search.team?.length ?? 0}>
      <div>
        {data?.items.map((team) => (
          <CheckLine
            key={team.id}
            isChecked={search.team?.includes(team.id) ?? false}
            onToggle={() => toggle(team.id)}
          >
            <span className={cx("min-w-0 truncate", team.retired && "text-muted")}>{team.name}</span>
          </CheckLine>
        ))}
        <CheckLine isChecked={search.team?.includes("none") ?? false} onToggle={() => toggle("none")}>
          {t("bulk.noTeam")}
        </CheckLine>
      </div>
    </FilterPopover>
  );
}

/** Which tags it has; they are typed, as the desk has no list of them. */
export function TagFilter({ search, onChange }: Props) {
  const { t } = useTranslation();
  const [tag, setTag] = useState("");
  const add = (event: FormEvent) => {
    event.preventDefault();
    const wanted = tag.trim().toLowerCase().replaceAll(/\s+/g, "-");
    if (wanted !== "" && !search.tag?.includes(wanted)) onChange(toggledValue(search, "tag", wanted));
    setTag("");
  };
  return (
    <FilterPopover label={t("ticket.tags")} count={search.tag?.length ?? 0}>
      <form onSubmit={add} className="flex gap-2">
        <input
          value={tag}
          onChange={(event) => setTag(event.target.value)}
          aria-label={t("admin.tickets.tag")}
          placeholder={t("admin.tickets.tag")}
          className={cx(INPUT, "h-9 text-sm")}
        />
        <Button type="submit" disabled={tag.trim() === ""}>
          {t("admin.add")}
        </Button>
      </form>
      {search.tag?.map((chosen) => (
        <CheckLine key={chosen} isChecked onToggle={() => onChange(toggledValue(search, "tag", chosen))}>
          {chosen}
        </CheckLine>
      ))}
    </FilterPopover>
  );
}
