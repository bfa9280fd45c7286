import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { PasswordLink } from "~/api/schema";
import { LIST } from "~/features/admin/AdminPage";
import { ConfirmDialog } from "~/features/admin/ConfirmDialog";
import { Empty, Failed, Skeleton } from "~/features/admin/states";
import { useTranslation } from "~/i18n/useTranslation";
import { changePerson, getPeople, resetPassword, type User } from "~/services/peopleService";
import { useMe } from "~/session/session";
import { Button } from "~/ui/Button";
import { MoreButton } from "~/ui/MoreButton";
import { tellDone, tellFailed } from "~/ui/Toast";
import { EditPersonDialog, LinkDialog } from "./PersonDialogs";
import { type PersonAction, PersonRow } from "./PersonRow";
import type { PeopleSearch } from "./peopleSearch";

interface Props {
  search: PeopleSearch;
  onClear: () => void;
}

/** People page by page, and what can be done about each of them. */
export function PeopleList({ search, onClear }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const queries = useQueryClient();
  const [asked, setAsked] = useState<{ person: User; action: PersonAction } | null>(null);
  const [given, setGiven] = useState<{ person: User; link: PasswordLink } | null>(null);
  const list = useInfiniteQuery({
    queryKey: ["people", search],
    queryFn: ({ pageParam, signal }) =>
      getPeople(
        {
          ...(search.q && { search: search.q }),
          ...(search.role && { role: search.role }),
          ...(pageParam && { cursor: pageParam }),
        },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: (before) => before,
  });
  const people = list.data?.pages.flatMap((page) => page.items) ?? [];
  const refresh = () => queries.invalidateQueries({ queryKey: ["people"] });
  const disable = (person: User, disabled: boolean) => changePerson(person.id, { disabled }).then(refresh);
  const enable = useMutation({
    mutationFn: (person: User) => disable(person, false),
    onSuccess: (_, person) => tellDone(t("admin.people.enabled", { name: person.displayName })),
    onError: (error, person) => tellFailed(error, () => enable.mutate(person)),
  });
  const close = () => setAsked(null);
  const act = (person: User, action: PersonAction) =>
    action === "enable" ? enable.mutate(person) : setAsked({ person, action });

  if (list.isPending) return <Skeleton />;
  if (list.isError && people.length === 0) {
    return <Failed error={list.error} onRetry={() => void list.refetch()} />;
  }
  if (people.length === 0) {
    return (
      <Empty title={t("admin.people.noMatch")} detail={t("tickets.noMatch.detail")}>
        <Button onClick={onClear}>{t("tickets.noMatch.action")}</Button>
      </Empty>
    );
  }
  return (
    <>
      <ul className={LIST}>
        {people.map((person) => (
          <PersonRow
            key={person.id}
            person={person}
            isMe={person.id === me.id}
            onAction={(action) => act(person, action)}
          />
        ))}
      </ul>
      <MoreButton list={list} />
      {asked?.action === "edit" && (
        <EditPersonDialog person={asked.person} isMe={asked.person.id === me.id} onClose={close} />
      )}
      {asked?.action === "disable" && (
        <ConfirmDialog
          title={t("admin.people.disableTitle", { name: asked.person.displayName })}
          detail={t("admin.people.disableDetail")}
          label={t("admin.people.disable")}
          onClose={close}
          onConfirmed={() =>
            disable(asked.person, true).then(() =>
              tellDone(t("admin.people.disabledDone", { name: asked.person.displayName }), {
                label: t("app.undo"),
                onClick: () => enable.mutate(asked.person),
              }),
            )
          }
        />
      )}
      {asked?.action === "reset" && (
        <ConfirmDialog
          title={t("admin.people.resetTitle", { name: asked.person.displayName })}
          detail={t("admin.people.resetDetail")}
          label={t("admin.people.resetConfirm")}
          onClose={close}
          onConfirmed={() =>
            resetPassword(asked.person.id).then((link) => {
              setGiven({ person: asked.person, link });
              return refresh();
            })
          }
        />
      )}
      {given && (
        <LinkDialog
          kind="reset"
          name={given.person.displayName}
          link={given.link}
          onClose={() => setGiven(null)}
        />
      )}
    </>
  );
}
