import { useQuery } from "@tanstack/react-query";
import { ticketById } from "~/hooks/useSupport";
import { getPerson } from "~/services/peopleService";
import { getTeams } from "~/services/staffService";

/** One thing that a line of the log says besides. */
export interface Named {
  name: string;
  values: string[];
}

/** What a line of the log says besides, without what was not said. */
export function detailsOf(details: unknown): Named[] {
  if (details === null || typeof details !== "object" || Array.isArray(details)) return [];
  return Object.entries(details)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => ({ name, values: [value].flat().map(text) }));
}

/** A value as words; of what has parts, its parts. */
function text(value: unknown): string {
  if (value === null || typeof value !== "object") return String(value);
  return Object.values(value)
    .filter((part) => part !== null)
    .map(text)
    .join(" · ");
}

/** Somebody, a team or a ticket by its name; anything else by the name that is given, or as it is. */
export function Thing({ id, name }: { id: string; name?: string | undefined }) {
  if (id.startsWith("usr_")) return <PersonName id={id} />;
  if (id.startsWith("tea_")) return <TeamName id={id} />;
  if (id.startsWith("tkt_")) return <TicketNumber id={id} />;
  return <span title={id}>{name ?? id}</span>;
}

const KNOWN_MS = 5 * 60_000;

function PersonName({ id }: { id: string }) {
  const { data } = useQuery({
    queryKey: ["person", id],
    queryFn: ({ signal }) => getPerson(id, signal),
    staleTime: KNOWN_MS,
    retry: false,
  });
  return <span title={id}>{data?.displayName ?? id}</span>;
}

function TeamName({ id }: { id: string }) {
  const { data } = useQuery({ queryKey: ["teams"], queryFn: ({ signal }) => getTeams(signal) });
  return <span title={id}>{data?.items.find((team) => team.id === id)?.name ?? id}</span>;
}

function TicketNumber({ id }: { id: string }) {
  const { data } = useQuery({ ...ticketById(id), staleTime: KNOWN_MS, retry: false });
  return <span title={data?.title ?? id}>{data?.ticketId ?? id}</span>;
}
