import { Menu } from "@base-ui/react/menu";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "~/i18n/useTranslation";
import type { User } from "~/services/peopleService";
import { Avatar } from "~/ui/Avatar";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { ChevronIcon } from "~/ui/icons";
import { MENU_ITEM, MenuPopup } from "~/ui/MenuPopup";
import { RelativeTime } from "~/ui/RelativeTime";

export type PersonAction = "edit" | "reset" | "disable" | "enable";

interface Props {
  person: User;
  isMe: boolean;
  onAction: (action: PersonAction) => void;
}

/** Somebody as admins see them, and what can be done about them. */
export function PersonRow({ person, isMe, onAction }: Props) {
  const { t } = useTranslation();
  const isDisabled = person.disabledAt !== null;
  const contact = person.email ?? person.matrixId ?? "–";
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5">
      <Avatar name={person.displayName} url={person.avatarUrl} size={36} />
      <div className="min-w-0 flex-1 basis-48">
        <p className={cx("flex flex-wrap items-center gap-x-2 font-medium", isDisabled && "text-muted")}>
          <span className="max-w-full truncate" title={person.displayName}>
            {person.displayName}
          </span>
          {isMe && <span className="text-xs font-normal text-muted">({t("app.you")})</span>}
          {isDisabled && <Mark kind="danger">{t("admin.people.disabled")}</Mark>}
          {!isDisabled && !person.hasPassword && person.email && <Mark>{t("admin.people.noPassword")}</Mark>}
          {person.passwordResetAskedAt && <Mark kind="warn">{t("admin.people.resetAsked")}</Mark>}
        </p>
        <p className="truncate text-sm text-muted" title={contact}>
          {contact}
        </p>
      </div>
      <div className="flex w-40 flex-col text-sm max-sm:ml-12 max-sm:w-auto max-sm:flex-1 max-sm:flex-row max-sm:gap-2">
        <span>{t(`staff.roles.${person.role}`)}</span>
        {person.teams.length > 0 && (
          <span
            className="truncate text-xs text-muted"
            title={person.teams.map((team) => team.name).join(", ")}
          >
            {person.teams.map((team) => team.name).join(", ")}
          </span>
        )}
      </div>
      <span className="w-24 text-xs text-muted max-md:hidden">
        <RelativeTime at={person.createdAt} />
      </span>
      <Menu.Root>
        <Menu.Trigger
          render={
            <Button size="small" aria-label={t("admin.people.actionsFor", { name: person.displayName })}>
              {t("admin.people.actions")}
              <ChevronIcon className="size-4 text-muted" />
            </Button>
          }
        />
        <MenuPopup align="end">
          <Menu.Item className={MENU_ITEM} onClick={() => onAction("edit")}>
            {t("admin.people.edit")}
          </Menu.Item>
          {person.role === "student" ? (
            <Menu.Item
              className={MENU_ITEM}
              render={<Link to="/admin/tickets" search={{ student: [person.id] }} />}
            >
              {t("admin.people.tickets")}
            </Menu.Item>
          ) : (
            <Menu.Item
              className={MENU_ITEM}
              render={<Link to="/admin/tickets" search={{ assignee: [person.id] }} />}
            >
              {t("admin.people.tickets")}
            </Menu.Item>
          )}
          {person.email && !isDisabled && (
            <Menu.Item className={MENU_ITEM} onClick={() => onAction("reset")}>
              {t("admin.people.reset")}
            </Menu.Item>
          )}
          <Menu.Item
            className={MENU_ITEM}
            render={<Link to="/admin/audit" search={{ subject: person.id }} />}
          >
            {t("admin.people.audit")}
          </Menu.Item>
          {!isMe && (
            <Menu.Item
              className={cx(MENU_ITEM, !isDisabled && "text-danger")}
              onClick={() => onAction(isDisabled ? "enable" : "disable")}
            >
              {t(isDisabled ? "admin.people.enable" : "admin.people.disable")}
            </Menu.Item>
          )}
        </MenuPopup>
      </Menu.Root>
    </li>
  );
}

function Mark({ kind, children }: { kind?: "danger" | "warn"; children: string }) {
  return (
    <span
      className={cx(
        "rounded-full px-2 py-0.5 text-xs font-medium",
        kind === "danger"
          ? "bg-danger-soft text-danger"
          : kind === "warn"
            ? "bg-warn-soft text-warn"
            : "bg-sunken text-muted",
      )}
    >
      {children}
    </span>
  );
}
