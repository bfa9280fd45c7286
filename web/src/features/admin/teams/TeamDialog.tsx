import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { ProblemError } from "~/api/problem";
import type { Category, PersonRef } from "~/api/schema";
import { FormDialog } from "~/features/admin/FormDialog";
import { Refusal } from "~/features/admin/people/PersonDialogs";
import { CATEGORIES } from "~/features/tickets/ticketSearch";
import { useTranslation } from "~/i18n/useTranslation";
import { addTeam, changeTeam, type Team, type TeamFields } from "~/services/peopleService";
import { getAssignable } from "~/services/staffService";
import { Avatar } from "~/ui/Avatar";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { INPUT, TextField } from "~/ui/Field";
import { CloseIcon, PlusIcon } from "~/ui/icons";
import { tellDone } from "~/ui/Toast";

interface Route {
  key: number;
  category: Category;
  context: string;
}

/** Makes a team, or changes one: its name, who is in it, and which new tickets go to it. */
export function TeamDialog({ team, onClose }: { team: Team | null; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState(team?.name ?? "");
  const [members, setMembers] = useState<readonly PersonRef[]>(team?.members ?? []);
  const [routes, setRoutes] = useState<readonly Route[]>(
    (team?.routes ?? []).map((route, key) => ({
      key,
      category: route.category,
      context: route.context ?? "",
    })),
  );
  const save = useMutation({
    mutationFn: (fields: TeamFields) => (team ? changeTeam(team.id, fields) : addTeam(fields)),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["teams"] });
      void queries.invalidateQueries({ queryKey: ["people"] });
      tellDone(t("profile.saved"));
      onClose();
    },
  });
  const submit = () =>
    save.mutate({
      name: name.trim(),
      members: members.map((member) => member.id),
      routes: routes.map(({ category, context }) => ({ category, context: context.trim() || null })),
    });
  const change = (key: number, what: Partial<Route>) =>
    setRoutes(routes.map((route) => (route.key === key ? { ...route, ...what } : route)));
  return (
    <FormDialog
      title={team?.name ?? t("admin.teams.add")}
      submit={t("app.save")}
      isBusy={save.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label={t("admin.people.name")}
        value={name}
        required
        onChange={(event) => setName(event.target.value)}
        error={save.error instanceof ProblemError ? save.error.at("name") : undefined}
      />
      <Members members={members} onChange={setMembers} />
      <fieldset className="flex flex-col gap-2">
        <legend className="text-sm font-medium">{t("admin.teams.routes")}</legend>
        <p className="text-xs text-muted">{t("admin.teams.routesHint")}</p>
        {routes.map((route) => (
          <div key={route.key} className="flex gap-2">
            <select
              aria-label={t("category.label")}
              value={route.category}
              onChange={(event) => {
                const category = CATEGORIES.find((known) => known === event.target.value);
                if (category) change(route.key, { category });
              }}
              className={cx(INPUT, "h-9 !w-36 shrink-0 text-sm")}
            >
              {CATEGORIES.map((category) => (
                <option key={category} value={category}>
                  {t(`category.${category}`)}
                </option>
              ))}
            </select>
            <input
              aria-label={t("ticket.context")}
              placeholder={t("admin.teams.anyContext")}
              value={route.context}
              maxLength={120}
              onChange={(event) => change(route.key, { context: event.target.value })}
              className={cx(INPUT, "h-9 text-sm")}
            />
            <Button
              kind="quiet"
              size="icon"
              icon={<CloseIcon />}
              aria-label={t("admin.teams.removeRoute")}
              onClick={() => setRoutes(routes.filter((other) => other.key !== route.key))}
            />
          </div>
        ))}
        <Button
          size="small"
          className="self-start"
          icon={<PlusIcon className="size-4" />}
          onClick={() =>
            setRoutes([
              ...routes,
              { key: Math.max(-1, ...routes.map(({ key }) => key)) + 1, category: "general", context: "" },
            ])
          }
        >
          {t("admin.teams.addRoute")}
        </Button>
      </fieldset>
      <Refusal error={save.error} fields={["name"]} />
    </FormDialog>
  );
}

interface MembersProps {
  members: readonly PersonRef[];
  onChange: (members: readonly PersonRef[]) => void;
}

function Members({ members, onChange }: MembersProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text.trim());
  const { data } = useQuery({
    queryKey: ["assignable", wanted],
    queryFn: ({ signal }) => getAssignable(wanted, signal),
    placeholderData: (before) => before,
  });
  const isIn = (id: string) => members.some((member) => member.id === id);
  const offered = [
    ...(wanted === "" ? members.filter(({ id }) => !data?.items.some((person) => person.id === id)) : []),
    ...(data?.items ?? []),
  ];
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="text-sm font-medium">{t("admin.teams.membersOf", { count: members.length })}</legend>
      <input
        type="search"
        value={text}
        onChange={(event) => setText(event.target.value)}
        placeholder={t("staff.assign.search")}
        aria-label={t("staff.assign.search")}
        className={cx(INPUT, "h-9 text-sm")}
      />
      <div className="max-h-44 overflow-y-auto rounded-lg border border-line p-1">
        {offered.map((person) => (
          <label
            key={person.id}
            className="flex min-h-9 items-center gap-2.5 rounded-md px-2 text-sm hover:bg-hover"
          >
            <input
              type="checkbox"
              className="size-4 shrink-0 accent-accent"
              checked={isIn(person.id)}
              onChange={() =>
                onChange(
                  isIn(person.id) ? members.filter(({ id }) => id !== person.id) : [...members, person],
                )
              }
            />
            <Avatar name={person.displayName} url={person.avatarUrl} size={22} />
            <span className="min-w-0 truncate" title={person.displayName}>
              {person.displayName}
            </span>
          </label>
        ))}
        {data && offered.length === 0 && (
          <p className="px-2 py-3 text-center text-sm text-muted">{t("tickets.noMatch.title")}</p>
        )}
      </div>
    </fieldset>
  );
}
