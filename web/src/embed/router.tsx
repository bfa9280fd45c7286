/** The pages of the desk inside another application: tickets and their conversations, with no address of their own. */
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { ErrorPage, NotFoundPage } from "~/app/ErrorPages";
import { readTicketSearch } from "~/features/tickets/ticketSearch";
import { EmbedLayout } from "./EmbedLayout";

const root = createRootRoute({
  component: Outlet,
  errorComponent: ({ error }) => (
    <ErrorPage error={error instanceof Error ? error : new Error(String(error))} />
  ),
  notFoundComponent: NotFoundPage,
});

// Pages know their route by its name, which is the same as in the desk itself.
const inside = createRoute({ getParentRoute: () => root, id: "inside", component: EmbedLayout });

const start = createRoute({
  getParentRoute: () => inside,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/tickets", replace: true });
  },
});

const tickets = createRoute({
  getParentRoute: () => inside,
  path: "/tickets",
  validateSearch: readTicketSearch,
  component: lazyRouteComponent(() => import("~/pages/StudentSupportPage"), "StudentSupportPage"),
});

const ticket = createRoute({
  getParentRoute: () => inside,
  path: "/tickets/$ticketId",
  component: lazyRouteComponent(() => import("~/pages/StudentTicketDetailPage"), "StudentTicketDetailPage"),
});

/** Begins with one ticket, or with all of them. */
export function embedRouter(ticketId: string | null) {
  const first = ticketId === null ? "/tickets" : `/tickets/${encodeURIComponent(ticketId)}`;
  return createRouter({
    routeTree: root.addChildren([inside.addChildren([start, tickets, ticket])]),
    history: createMemoryHistory({ initialEntries: [first] }),
    defaultPreload: "intent",
  });
}
