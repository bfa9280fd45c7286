import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { SupportDashboard } from "~/features/admin/dashboard/SupportDashboard";
import { useTitle } from "~/hooks/useTitle";
import { useTranslation } from "~/i18n/useTranslation";

const route = getRouteApi("/inside/admin/");

/** Where admins begin. */
export function AdminDashboardPage() {
  const { t } = useTranslation();
  const { days = 30 } = route.useSearch();
  const navigate = useNavigate({ from: "/admin" });
  useTitle(t("admin.dashboard.title"));
  return (
    <main className="h-full overflow-y-auto">
      <SupportDashboard
        days={days}
        onDays={(chosen) => void navigate({ search: chosen === 30 ? {} : { days: chosen }, replace: true })}
      />
    </main>
  );
}
