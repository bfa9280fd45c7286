/** The pages by address, each loaded when it is first needed, and who may open them. */
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { ProblemError } from "~/api/problem";
import { ErrorPage, NotFoundPage } from "~/app/ErrorPages";
import { Layout } from "~/app/Layout";
import { readAdminSearch } from "~/features/admin/adminSearch";
import { readAuditSearch } from "~/features/admin/audit/auditSearch";
import { readDashboardSearch } from "~/features/admin/dashboard/period";
import { readPeopleSearch } from "~/features/admin/people/peopleSearch";
import { readStaffSearch } from "~/features/staff/views";
import { readTicketSearch } from "~/features/tickets/ticketSearch";
import { isStaff, type Role, type Session } from "~/session/session";

interface Context {
  session: Session;
}

const root = createRootRouteWithContext<Context>()({
  component: Outlet,
  errorComponent: ({ error }) => (
    <ErrorPage error={error instanceof Error ? error : new Error(String(error))} />
  ),
  notFoundComponent: NotFoundPage,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search): { next?: string } =>
    typeof search.next === "string" ? { next: search.next } : {},
  component: lazyRouteComponent(() => import("~/pages/SignInPage"), "SignInPage"),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation",
  component: lazyRouteComponent(() => import("~/pages/PasswordPages"), "InvitationPage"),
});

const passwordReset = createRoute({
  getParentRoute: () => root,
  path: "/password-reset",
  component: lazyRouteComponent(() => import("~/pages/PasswordPages"), "PasswordResetPage"),
});

const unsubscribe = createRoute({
  getParentRoute: () => root,
  path: "/unsubscribe",
  component: lazyRouteComponent(() => import("~/pages/UnsubscribePage"), "UnsubscribePage"),
});

const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  beforeLoad: ({ context, location }) => {
    if (context.session.me) return;
    throw redirect({
      to: "/sign-in",
      search: location.href === "/" ? {} : { next: location.href },
      replace: true,
    });
  },
  component: Layout,
});

const start = createRoute({
  getParentRoute: () => inside,
  path: "/",
  beforeLoad: ({ context }) => {
    const role = context.session.me?.role;
    if (role) throw redirect({ to: homeOf(role), replace: true });
  },
  component: () => null,
});

/** Where somebody begins. */
export function homeOf(role: Role): "/tickets" | "/support" | "/admin" {
  if (role === "admin") return "/admin";
  return isStaff(role) ? "/support" : "/tickets";
}

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

const profile = createRoute({
  getParentRoute: () => inside,
  path: "/profile",
  component: lazyRouteComponent(() => import("~/pages/ProfilePage"), "ProfilePage"),
});

const support = createRoute({
  getParentRoute: () => inside,
  path: "/support",
  validateSearch: readStaffSearch,
  beforeLoad: ({ context }) => {
    if (context.session.me && !isStaff(context.session.me.role)) throw new ProblemError(403, "forbidden", "");
  },
  component: lazyRouteComponent(() => import("~/pages/InstructorSupportPage"), "InstructorSupportPage"),
});

// The page itself reads which ticket is open, so that the list stays as it is.
const supportTicket = createRoute({
  getParentRoute: () => support,
  path: "/$ticketId",
  component: () => null,
});

const admin = createRoute({
  getParentRoute: () => inside,
  path: "/admin",
  beforeLoad: ({ context }) => {
    if (context.session.me?.role !== "admin") throw new ProblemError(403, "forbidden", "");
  },
  component: lazyRouteComponent(() => import("~/pages/AdminSupportPage"), "AdminSupportPage"),
});

const adminDashboard = createRoute({
  getParentRoute: () => admin,
  path: "/",
  validateSearch: readDashboardSearch,
  component: lazyRouteComponent(() => import("~/pages/AdminDashboardPage"), "AdminDashboardPage"),
});

const allTickets = createRoute({
  getParentRoute: () => admin,
  path: "/tickets",
  validateSearch: readAdminSearch,
  component: lazyRouteComponent(() => import("~/pages/AllTicketsPage"), "AllTicketsPage"),
});

const people = createRoute({
  getParentRoute: () => admin,
  path: "/people",
  validateSearch: readPeopleSearch,
  component: lazyRouteComponent(() => import("~/pages/PeoplePage"), "PeoplePage"),
});

const teams = createRoute({
  getParentRoute: () => admin,
  path: "/teams",
  component: lazyRouteComponent(() => import("~/pages/TeamsPage"), "TeamsPage"),
});

const keys = createRoute({
  getParentRoute: () => admin,
  path: "/keys",
  component: lazyRouteComponent(() => import("~/pages/KeysPage"), "KeysPage"),
});

const audit = createRoute({
  getParentRoute: () => admin,
  path: "/audit",
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import("~/pages/AuditPage"), "AuditPage"),
});

const bridge = createRoute({
  getParentRoute: () => admin,
  path: "/bridge",
  component: lazyRouteComponent(() => import("~/pages/BridgePage"), "BridgePage"),
});

const adminRoutes = admin.addChildren([adminDashboard, allTickets, people, teams, keys, audit, bridge]);

const routes = root.addChildren([
  signIn,
  invitation,
  passwordReset,
  unsubscribe,
  inside.addChildren([start, tickets, ticket, profile, support.addChildren([supportTicket]), adminRoutes]),
]);

export const router = createRouter({
  routeTree: routes,
  context: { session: { me: null, isLoading: true, error: null } },
  defaultPreload: "intent",
  scrollRestoration: true,
});

/** Begins to load the page of this address, while it is still being found out who is there. */
export function loadPage(): void {
  for (const { routeId } of router.matchRoutes(router.latestLocation)) {
    const route = router.routesById[routeId as keyof typeof router.routesById];
    // What cannot be loaded says so when it is shown.
    router.loadRouteChunk(route)?.catch(() => undefined);
  }
}

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
