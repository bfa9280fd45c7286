import { Menu } from "@base-ui/react/menu";
import { Link, Outlet, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ConnectionBar } from "~/app/ConnectionBar";
import { LiveUpdates } from "~/app/LiveUpdates";
import { chooseLanguage, LANGUAGES, language } from "~/i18n";
import { isStaff, signOut, useMe } from "~/session/session";
import { chooseTheme, THEMES, useTheme } from "~/theme/theme";
import { Avatar } from "~/ui/Avatar";
import { ExitIcon, UserIcon } from "~/ui/icons";
import { MENU_ITEM, MenuChoice, MenuPopup } from "~/ui/MenuPopup";

/** The frame around every page of whoever is signed in. */
export function Layout() {
  const { t } = useTranslation();
  const me = useMe();
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
        <AccountMenu />
      </header>
      <ConnectionBar />
      <LiveUpdates />
      <div id="content" tabIndex={-1} className="min-h-0 flex-1 outline-none">
        <Outlet />
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

function AccountMenu() {
  const { t } = useTranslation();
  const me = useMe();
  const theme = useTheme();
  const navigate = useNavigate();
  return (
    <Menu.Root>
      <Menu.Trigger className="flex items-center gap-2 rounded-lg p-1 pr-2 hover:bg-hover">
        <Avatar name={me.displayName} url={me.avatarUrl} size={30} />
        <span className="sr-only text-sm font-medium sm:not-sr-only">{me.displayName}</span>
      </Menu.Trigger>
      <MenuPopup align="end">
        <Choices
          label={t("theme.label")}
          value={theme}
          onChange={chooseTheme}
          choices={THEMES.map((name) => ({ value: name, label: t(`theme.${name}`) }))}
        />
        <Choices
          label={t("language.label")}
          value={language()}
          onChange={chooseLanguage}
          choices={LANGUAGES.map((name) => ({ value: name, label: t(`language.${name}`), lang: name }))}
        />
        <Menu.Item className={MENU_ITEM} render={<Link to="/profile" />}>
          <UserIcon />
          {t("nav.profile")}
        </Menu.Item>
        <Menu.Item
          className={MENU_ITEM}
          onClick={async () => {
            await signOut();
            await navigate({ to: "/sign-in" });
          }}
        >
          <ExitIcon />
          {t("nav.signOut")}
        </Menu.Item>
      </MenuPopup>
    </Menu.Root>
  );
}

interface ChoicesProps<Value extends string> {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  choices: { value: Value; label: string; lang?: string }[];
}

/** A part of a menu of which one line holds. */
function Choices<Value extends string>({ label, value, onChange, choices }: ChoicesProps<Value>) {
  return (
    <>
      <Menu.Group>
        <Menu.GroupLabel className="px-2.5 pt-1 pb-1 text-xs text-muted">{label}</Menu.GroupLabel>
        <Menu.RadioGroup value={value} onValueChange={onChange}>
          {choices.map(({ label, ...choice }) => (
            <MenuChoice key={choice.value} {...choice} isStaying>
              {label}
            </MenuChoice>
          ))}
        </Menu.RadioGroup>
      </Menu.Group>
      <Menu.Separator className="my-1.5 h-px bg-line" />
    </>
  );
}
