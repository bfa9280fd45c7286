import { Link, Outlet } from "@tanstack/react-router";
import { Suspense, useLayoutEffect, useRef, useState } from "react";
import { ConnectionBar } from "~/app/ConnectionBar";
import { LiveUpdates } from "~/app/LiveUpdates";
import { endShell } from "~/app/shell";
import { useTranslation } from "~/i18n/useTranslation";
import { isStaff, useMe } from "~/session/session";
import { Avatar } from "~/ui/Avatar";
import { InSlices } from "~/ui/InSlices";
import { later } from "~/ui/later";

const AccountMenu = later(() => import("~/app/AccountMenu"));

/** The frame around every page of whoever is signed in. */
export function Layout() {
  const { t } = useTranslation();
  const me = useMe();
  useLayoutEffect(endShell, []);
  return (
    <div className="flex h-full flex-col">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50 focus:rounded-lg focus:bg-raised focus:px-3 focus:py-2 focus:shadow-pop"
      >
        {t("app.skip")}
      </a>
      <header className="flex h-14 shrink-0 items-center gap-4 border-b border-line bg-surface px-4">
        <Link to="/" className="flex items-center gap-2 rounded-lg font-semibold tracking-tight">
          <img src="/icons/icon.svg" alt="" width={26} height={26} />
          <span className="max-sm:sr-only">{t("app.name")}</span>
        </Link>
        <nav aria-label={t("app.menu")} className="flex min-w-0 flex-1 gap-1 overflow-x-auto">
          {isStaff(me.role) && <NavLink to="/support">{t("nav.support")}</NavLink>}
          {me.role === "admin" && <NavLink to="/admin">{t("nav.dashboard")}</NavLink>}
          <NavLink to="/tickets">{t("nav.myTickets")}</NavLink>
        </nav>
        <Account />
      </header>
      <ConnectionBar />
      <LiveUpdates />
      <div id="content" tabIndex={-1} className="min-h-0 flex-1 outline-none">
        <InSlices>
          <Outlet />
        </InSlices>
      </div>
    </div>
  );
}

function NavLink({ to, children }: { to: "/tickets" | "/support" | "/admin"; children: string }) {
  return (
    <Link
      to={to}
      className="rounded-lg px-3 py-1.5 text-sm font-medium whitespace-nowrap text-muted outline-offset-[-2px] hover:bg-hover hover:text-text max-sm:px-2"
      activeProps={{ className: "bg-hover !text-text", "aria-current": "page" }}
    >
      {children}
    </Link>
  );
}

/** Who is signed in; what opens below is loaded then. */
function Account() {
  const me = useMe();
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="flex items-center gap-2 rounded-lg p-1 pr-2 hover:bg-hover"
      >
        <Avatar name={me.displayName} url={me.avatarUrl} size={30} />
        <span className="sr-only text-sm font-medium sm:not-sr-only">{me.displayName}</span>
      </button>
      {isOpen && (
        <Suspense>
          <AccountMenu anchor={button} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
