import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "~/i18n/useTranslation";
import { getPerson } from "~/services/peopleService";
import { getTeams } from "~/services/staffService";
import { Button } from "~/ui/Button";
import { Chip } from "~/ui/Chip";
import { dateFormat } from "~/ui/formats";
import {
  type AdminSearch,
  cleared,
  ENDS,
  FLAGS,
  isNarrowed,
  LISTS,
  type ListField,
  toggledValue,
  withoutField,
} from "./adminSearch";

interface Props {
  search: AdminSearch;
  onChange: (search: AdminSearch) => void;
}

/** What a list is narrowed to, each to be taken off by itself, or all at once. */
export function FilterChips({ search, onChange }: Props) {
  const { t, i18n } = useTranslation();
  const { q: _, ...chips } = search;
  if (!isNarrowed(search)) return null;
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {isNarrowed(chips) && (
        <>
          {LISTS.flatMap((field) =>
            (search[field] ?? []).map((value: string) => (
              <ValueChip
                key={`${field} ${value}`}
                field={field}
                value={value}
                onRemove={() => onChange(toggledValue(search, field, value))}
              />
            )),
          )}
          {ENDS.map((end) => {
            const at = search[end];
            return (
              at && (
                <Chip
                  key={end}
                  name={`${t(`admin.tickets.ends.${end}`)} ${shownEnd(at, i18n.language)}`}
                  onRemove={() => onChange(withoutField(search, end))}
                />
              )
            );
          })}
          {FLAGS.map(
            (flag) =>
              search[flag] && (
                <Chip
                  key={flag}
                  name={t(`admin.tickets.flags.${flag}`)}
                  onRemove={() => onChange(withoutField(search, flag))}
                />
              ),
          )}
        </>
      )}
      <Button kind="quiet" size="small" onClick={() => onChange(cleared(search))}>
        {t("tickets.filters.clear")}
      </Button>
    </div>
  );
}

/** A day, or a time to the minute. */
function shownEnd(at: string, language: string): string {
  const isDay = !at.includes("T");
  return dateFormat(language, {
    dateStyle: "medium",
    ...(isDay ? { timeZone: "UTC" } : { timeStyle: "short" }),
  }).format(Date.parse(at));
}

interface ValueProps {
  field: ListField;
  value: string;
  onRemove: () => void;
}

function ValueChip({ field, value, onRemove }: ValueProps) {
  const { t } = useTranslation();
  if (field === "team") return <TeamChip team={value} onRemove={onRemove} />;
  if (field === "assignee" || field === "student") {
    return <PersonChip field={field} person={value} onRemove={onRemove} />;
  }
  const name = field === "tag" ? `${t("ticket.tags")}: ${value}` : t(`${field}.${value}` as "category.other");
  return <Chip name={name} onRemove={onRemove} />;
}

function TeamChip({ team, onRemove }: { team: string; onRemove: () => void }) {
  const { t } = useTranslation();
  const { data } = useQuery({ queryKey: ["teams"], queryFn: ({ signal }) => getTeams(signal) });
  const known = data?.items.find(({ id }) => id === team)?.name ?? team;
  const name = team === "none" ? t("bulk.noTeam") : `${t("ticket.team")}: ${known}`;
  return <Chip name={name} onRemove={onRemove} />;
}

interface PersonProps {
  field: "assignee" | "student";
  person: string;
  onRemove: () => void;
}

function PersonChip({ field, person, onRemove }: PersonProps) {
  const { t } = useTranslation();
  const isSomebody = person !== "me" && person !== "none";
  const { data } = useQuery({
    queryKey: ["person", person],
    queryFn: ({ signal }) => getPerson(person, signal),
    enabled: isSomebody,
    staleTime: 5 * 60_000,
  });
  const who = isSomebody
    ? (data?.displayName ?? "…")
    : t(person === "me" ? "admin.tickets.me" : "app.nobody");
  return (
    <Chip
      name={`${t(field === "assignee" ? "ticket.assignee" : "ticket.student")}: ${who}`}
      onRemove={onRemove}
    />
  );
}
