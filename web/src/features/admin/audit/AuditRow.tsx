import { Link } from "@tanstack/react-router";
import { useTranslation } from "~/i18n/useTranslation";
import type { AuditLine } from "~/services/peopleService";
import { RelativeTime } from "~/ui/RelativeTime";
import { detailsOf, type Named, Thing } from "./details";

/** A line of the log: who did what to whom, when, and how exactly. */
export function AuditRow({ line }: { line: AuditLine }) {
  const { t } = useTranslation();
  const details = detailsOf(line.details);
  return (
    <li className="flex flex-col gap-1 px-4 py-2.5">
      <div className="flex flex-wrap items-baseline gap-x-2">
        {line.actor ? (
          <Link
            to="/admin/audit"
            search={{ actor: line.actor.id }}
            className="inline-block min-h-6 font-medium hover:underline"
          >
            {line.actor.displayName}
          </Link>
        ) : (
          <span className="font-medium">{t("admin.audit.commandLine")}</span>
        )}
        <span>{t(`admin.audit.actions.${line.action}`)}</span>
        {line.subject && (
          <Link
            to="/admin/audit"
            search={{ subject: line.subject }}
            className="inline-block min-h-6 min-w-0 font-medium hover:underline"
          >
            <Thing id={line.subject} name={details.find(({ name }) => name === "name")?.values[0]} />
          </Link>
        )}
        <RelativeTime at={line.at} className="ml-auto text-xs text-muted" />
      </div>
      {details.length > 0 && (
        <dl className="flex flex-wrap gap-x-4 gap-y-0.5 text-sm text-muted">
          {details.map((detail) => (
            <Detail key={detail.name} detail={detail} />
          ))}
        </dl>
      )}
    </li>
  );
}

function Detail({ detail }: { detail: Named }) {
  const { t, i18n } = useTranslation();
  const key = `admin.audit.fields.${detail.name}`;
  return (
    <div className="flex min-w-0 flex-wrap gap-x-1">
      <dt>{i18n.exists(key) ? t(key as "admin.audit.fields.name") : detail.name}:</dt>
      <dd className="min-w-0 text-text">
        {detail.values.length === 0
          ? "–"
          : detail.values.map((value, place) => (
              <span key={value}>
                {place > 0 && ", "}
                <Value name={detail.name} value={value} />
              </span>
            ))}
      </dd>
    </div>
  );
}

function Value({ name, value }: { name: string; value: string }) {
  const { t } = useTranslation();
  if (name === "role" && (value === "student" || value === "instructor" || value === "admin")) {
    return t(`staff.roles.${value}`);
  }
  if (value === "true" || value === "false")
    return t(value === "true" ? "admin.audit.yes" : "admin.audit.no");
  return <Thing id={value} />;
}
