import { Link, type LinkProps, Outlet } from "@tanstack/react-router";
import { useTranslation } from "~/i18n/useTranslation";
import { cx } from "~/ui/cx";
import "~/i18n/admin";

const PAGES = ["dashboard", "tickets", "people", "teams", "keys", "audit", "bridge"] as const;
const ADDRESSES = {
  dashboard: "/admin",
  tickets: "/admin/tickets",
  people: "/admin/people",
  teams: "/admin/teams",
  keys: "/admin/keys",
  audit: "/admin/audit",
  bridge: "/admin/bridge",
} as const satisfies Record<(typeof PAGES)[number], LinkProps["to"]>;

/** The frame of what only admins see: the ways between its pages, and the one that is open. */
export function AdminSupportPage() {
  const { t } = useTranslation();
  return (
    <div className="flex h-full flex-col">
      <nav
        aria-label={t("admin.nav.label")}
        className="flex shrink-0 gap-1 overflow-x-auto border-b border-line bg-surface px-3"
      >
        {PAGES.map((page) => (
          <Link
            key={page}
            to={ADDRESSES[page]}
            activeOptions={{ exact: page === "dashboard", includeSearch: false }}
            className={cx(
              "-mb-px flex h-10 items-center border-b-2 border-transparent px-2.5 text-sm font-medium whitespace-nowrap text-muted hover:text-text",
              "outline-offset-[-3px]",
            )}
            activeProps={{ className: "!border-accent !text-accent-text", "aria-current": "page" }}
          >
            {t(`admin.nav.${page}`)}
          </Link>
        ))}
      </nav>
      <div className="min-h-0 flex-1">
        <Outlet />
      </div>
    </div>
  );
}
