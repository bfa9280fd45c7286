import { useTranslation } from "~/i18n/useTranslation";
import type { TicketQuery } from "~/services/supportService";
import { Button } from "~/ui/Button";
import { bytes } from "~/ui/bytes";
import { CloseIcon, DownloadIcon } from "~/ui/icons";
import { useExport } from "./useExport";

/** Saves every ticket that the filter has as a table, and shows how much of it has come. */
export function ExportButton({ query }: { query: TicketQuery }) {
  const { t, i18n } = useTranslation();
  const { received, start, cancel } = useExport();
  if (received === null) {
    return (
      <Button icon={<DownloadIcon />} onClick={() => start(query)}>
        {t("admin.tickets.export")}
      </Button>
    );
  }
  return (
    <div className="flex items-center gap-1">
      <Button isBusy>
        <span className="tabular" role="status">
          {t("admin.tickets.exporting", { size: bytes(received, i18n.language) })}
        </span>
      </Button>
      <Button
        kind="quiet"
        size="icon"
        icon={<CloseIcon />}
        aria-label={t("admin.tickets.exportCancel")}
        onClick={cancel}
      />
    </div>
  );
}
