import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { PasswordLink } from "~/api/schema";
import { AdminPage } from "~/features/admin/AdminPage";
import { ImportDialog } from "~/features/admin/people/ImportDialog";
import { PeopleList } from "~/features/admin/people/PeopleList";
import { AddPersonDialog, LinkDialog, ROLES } from "~/features/admin/people/PersonDialogs";
import type { PeopleSearch } from "~/features/admin/people/peopleSearch";
import { SearchBox } from "~/features/admin/SearchBox";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { INPUT } from "~/ui/Field";
import { PlusIcon } from "~/ui/icons";

const route = getRouteApi("/inside/admin/people");

/** Everybody whom the desk knows: who they are, what they may do, and how they come in. */
export function PeoplePage() {
  const { t } = useTranslation();
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/admin/people" });
  const [isOpen, setOpen] = useState<"add" | "import" | null>(null);
  const [invited, setInvited] = useState<{ name: string; link: PasswordLink } | null>(null);
  const { q = "", role } = search;
  const change = (next: PeopleSearch) => void navigate({ search: next, replace: true });
  return (
    <AdminPage
      title={t("admin.nav.people")}
      actions={
        <>
          <Button onClick={() => setOpen("import")}>{t("admin.import.open")}</Button>
          <Button kind="primary" icon={<PlusIcon />} onClick={() => setOpen("add")}>
            {t("admin.people.add")}
          </Button>
        </>
      }
    >
      <div className="flex flex-wrap items-center gap-2">
        <SearchBox
          label={t("admin.people.search")}
          value={q}
          onChange={(text) => change({ ...(role && { role }), ...(text && { q: text }) })}
          className="min-w-48 flex-1"
        />
        <select
          aria-label={t("profile.role")}
          value={role ?? ""}
          onChange={(event) => {
            const chosen = ROLES.find((known) => known === event.target.value);
            change({ ...(q && { q }), ...(chosen && { role: chosen }) });
          }}
          className={`${INPUT} h-9 !w-auto pr-8 text-sm`}
        >
          <option value="">{t("admin.people.everyRole")}</option>
          {ROLES.map((known) => (
            <option key={known} value={known}>
              {t(`staff.roles.${known}`)}
            </option>
          ))}
        </select>
      </div>
      <PeopleList search={search} onClear={() => change({})} />
      {isOpen === "add" && (
        <AddPersonDialog
          onClose={() => setOpen(null)}
          onAdded={(person, link) => {
            setOpen(null);
            if (link) setInvited({ name: person.displayName, link });
          }}
        />
      )}
      {isOpen === "import" && <ImportDialog onClose={() => setOpen(null)} />}
      {invited && (
        <LinkDialog
          kind="invitation"
          name={invited.name}
          link={invited.link}
          onClose={() => setInvited(null)}
        />
      )}
    </AdminPage>
  );
}
