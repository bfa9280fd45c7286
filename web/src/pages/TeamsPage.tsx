import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { AdminPage, LIST } from "~/features/admin/AdminPage";
import { UNDONE } from "~/features/admin/adminSearch";
import { ConfirmDialog } from "~/features/admin/ConfirmDialog";
import { Empty, Failed, Skeleton } from "~/features/admin/states";
import { TeamDialog } from "~/features/admin/teams/TeamDialog";
import { useTranslation } from "~/i18n/useTranslation";
import { retireTeam, type Team } from "~/services/peopleService";
import { getTeams } from "~/services/staffService";
import { Avatar } from "~/ui/Avatar";
import { Button } from "~/ui/Button";
import { PlusIcon } from "~/ui/icons";
import { tellDone } from "~/ui/Toast";

/** The teams of the desk, who is in them, and what comes to them. */
export function TeamsPage() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [editing, setEditing] = useState<Team | "new" | null>(null);
  const [retiring, setRetiring] = useState<Team | null>(null);
  const list = useQuery({ queryKey: ["teams"], queryFn: ({ signal }) => getTeams(signal) });
  const teams = (list.data?.items ?? []).filter((team) => !team.retired);
  const add = (
    <Button kind="primary" icon={<PlusIcon />} onClick={() => setEditing("new")}>
      {t("admin.teams.add")}
    </Button>
  );
  return (
    <AdminPage title={t("admin.nav.teams")} hint={t("admin.teams.hint")} actions={add}>
      {list.isPending ? (
        <Skeleton lines={3} />
      ) : list.isError && !list.data ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : teams.length === 0 ? (
        <Empty title={t("admin.teams.none")} detail={t("admin.teams.noneDetail")}>
          {add}
        </Empty>
      ) : (
        <ul className={LIST}>
          {teams.map((team) => (
            <TeamRow
              key={team.id}
              team={team}
              onEdit={() => setEditing(team)}
              onRetire={() => setRetiring(team)}
            />
          ))}
        </ul>
      )}
      {editing && <TeamDialog team={editing === "new" ? null : editing} onClose={() => setEditing(null)} />}
      {retiring && (
        <ConfirmDialog
          title={t("admin.teams.deleteTitle", { name: retiring.name })}
          detail={t("admin.teams.deleteDetail")}
          label={t("admin.teams.delete")}
          onClose={() => setRetiring(null)}
          onConfirmed={() =>
            retireTeam(retiring.id).then(() => {
              tellDone(t("admin.teams.deleted", { name: retiring.name }));
              return queries.invalidateQueries({ queryKey: ["teams"] });
            })
          }
        />
      )}
    </AdminPage>
  );
}

interface RowProps {
  team: Team;
  onEdit: () => void;
  onRetire: () => void;
}

function TeamRow({ team, onEdit, onRetire }: RowProps) {
  const { t } = useTranslation();
  const routes = team.routes.map((route) =>
    [t(`category.${route.category}`), route.context].filter(Boolean).join(" · "),
  );
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-56">
        <Link
          to="/admin/tickets"
          search={{ team: [team.id], status: UNDONE }}
          className="font-medium hover:underline"
        >
          {team.name}
        </Link>
        <p className="text-sm text-muted">
          {routes.length > 0 ? routes.join(", ") : t("admin.teams.noRoutes")}
        </p>
      </div>
      <span
        className="flex items-center gap-2 text-sm text-muted"
        title={team.members.map((member) => member.displayName).join(", ")}
      >
        <span className="flex -space-x-1.5" aria-hidden="true">
          {team.members.slice(0, 5).map((member) => (
            <Avatar key={member.id} name={member.displayName} url={member.avatarUrl} size={26} />
          ))}
        </span>
        {t("admin.teams.members", { count: team.members.length })}
      </span>
      <span className="flex gap-1.5">
        <Button size="small" aria-label={t("admin.teams.editOne", { name: team.name })} onClick={onEdit}>
          {t("chat.edit")}
        </Button>
        <Button
          size="small"
          kind="danger"
          aria-label={t("admin.teams.deleteOne", { name: team.name })}
          onClick={onRetire}
        >
          {t("chat.delete")}
        </Button>
      </span>
    </li>
  );
}
