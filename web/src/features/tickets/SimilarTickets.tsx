import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { OwnTicket } from "~/api/schema";
import { useDebounced } from "~/hooks/useDebounced";
import { useTranslation } from "~/i18n/useTranslation";
import { getMyTickets } from "~/services/supportService";
import { StatusBadge } from "~/ui/Badges";
import { RelativeTime } from "~/ui/RelativeTime";
import { telling } from "./similar";

const MOST = 3;

/** One's own tickets that are about the same, while the title is being typed. */
export function SimilarTickets({ title, onOpen }: { title: string; onOpen: () => void }) {
  const { t } = useTranslation();
  const words = telling(useDebounced(title, 300));
  const tickets = useQueries({
    queries: words.map((word) => ({
      queryKey: ["similar", word],
      queryFn: ({ signal }: { signal: AbortSignal }) => getMyTickets({ q: word, limit: 5 }, signal),
      staleTime: 60_000,
    })),
    combine: (answers) => likeliest(answers.map((answer) => answer.data?.items ?? [])),
  });
  if (tickets.length === 0) return null;
  return (
    <section aria-labelledby="similar-tickets" className="rounded-xl bg-info-soft px-3.5 py-2.5 text-sm">
      <h3 id="similar-tickets" className="font-medium text-info">
        <span role="status">{t("create.similar")}</span>
      </h3>
      <ul className="mt-1 flex flex-col">
        {tickets.map((ticket) => (
          <li key={ticket.id}>
            <Link
              to="/tickets/$ticketId"
              params={{ ticketId: ticket.ticketId }}
              onClick={onOpen}
              className="-mx-1.5 flex flex-wrap items-center gap-x-2.5 gap-y-0.5 rounded-md px-1.5 py-1 hover:bg-hover"
            >
              <span className="min-w-0 flex-1 truncate underline" title={ticket.title}>
                {ticket.title}
              </span>
              <StatusBadge status={ticket.status} forStudent />
              <RelativeTime at={ticket.lastInteractionAt} className="text-xs text-muted" />
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Those that have the most of the words first. */
function likeliest(found: OwnTicket[][]): OwnTicket[] {
  const hits = new Map<string, { ticket: OwnTicket; count: number }>();
  for (const ticket of found.flat()) {
    const known = hits.get(ticket.id) ?? { ticket, count: 0 };
    hits.set(ticket.id, { ticket, count: known.count + 1 });
  }
  return [...hits.values()]
    .sort((one, other) => other.count - one.count)
    .slice(0, MOST)
    .map(({ ticket }) => ticket);
}
