import { useTranslation } from "react-i18next";
import type { Uploads } from "~/hooks/useUploads";
import { bytes } from "~/ui/bytes";
import { CheckIcon, CloseIcon, FileIcon, RetryIcon } from "~/ui/icons";

/** Files that are being sent, each with how far it is. */
export function UploadList({ uploads }: { uploads: Uploads }) {
  const { t, i18n } = useTranslation();
  if (uploads.list.length === 0) return null;
  return (
    <ul className="flex flex-col gap-1 px-3 pb-2">
      {uploads.list.map((upload) => {
        const { name, size } = upload.file;
        const percent = Math.round(upload.share * 100);
        return (
          <li
            key={upload.clientId}
            className="flex items-center gap-2.5 rounded-lg border border-line bg-surface px-2.5 py-1.5 text-sm"
          >
            <FileIcon className="text-muted" />
            <span className="min-w-0 flex-1">
              <span className="block truncate">{name}</span>
              {upload.state === "sending" ? (
                <progress
                  className="block h-1 w-full accent-accent"
                  max={100}
                  value={percent}
                  aria-label={t("file.uploading", { percent })}
                />
              ) : (
                <span className={upload.state === "failed" ? "text-xs text-danger" : "text-xs text-muted"}>
                  {upload.state === "failed"
                    ? `${t("file.failed")}: ${upload.problem}`
                    : bytes(size, i18n.language)}
                </span>
              )}
            </span>
            {upload.state === "done" && <CheckIcon className="text-good" />}
            {upload.state === "failed" && (
              <button
                type="button"
                aria-label={t("file.retry", { name })}
                onClick={() => uploads.again(upload)}
              >
                <RetryIcon />
              </button>
            )}
            {upload.state !== "done" && (
              <button
                type="button"
                aria-label={t("file.remove", { name })}
                onClick={() => uploads.remove(upload)}
              >
                <CloseIcon />
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
