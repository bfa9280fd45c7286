import { Dialog } from "@base-ui/react/dialog";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Attachment } from "~/api/schema";
import { saveFile, useFile } from "~/hooks/useFile";
import { Button } from "~/ui/Button";
import { bytes } from "~/ui/bytes";
import { CloseIcon, DownloadIcon, FileIcon, ImageIcon, WarningIcon } from "~/ui/icons";
import { tellFailed } from "~/ui/Toast";

/** A file of a message: a picture with a larger one behind it, or its name, size and type. */
export function FilePreview({ file }: { file: Attachment }) {
  const { t, i18n } = useTranslation();
  if (file.state !== "ready") {
    return (
      <div className="flex items-center gap-2 text-sm text-muted">
        <WarningIcon />
        {file.originalName} ·{" "}
        {file.state === "fetching" ? t("file.pending") : (file.failure ?? t("file.refused"))}
      </div>
    );
  }
  if (file.mimeType.startsWith("image/")) return <Picture file={file} />;
  return (
    <button
      type="button"
      onClick={() => saveFile(file.url, file.originalName).catch(tellFailed)}
      aria-label={t("file.download", { name: file.originalName })}
      className="flex w-full max-w-80 items-center gap-3 rounded-lg border border-line bg-surface p-2.5 text-left text-text hover:bg-hover"
    >
      <FileIcon className="size-7 text-muted" />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm font-medium">{file.originalName}</span>
        <span className="text-xs text-muted">
          {bytes(file.size, i18n.language)} · {file.mimeType.split("/").at(-1)}
        </span>
      </span>
      <DownloadIcon className="text-muted" />
    </button>
  );
}

const WIDEST = 320;
const HIGHEST = 260;

function Picture({ file }: { file: Attachment }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const small = useFile(file.thumbnailUrl ?? file.url);
  const large = useFile(isOpen ? file.url : null);
  const width = file.width ?? WIDEST;
  const height = file.height ?? HIGHEST;
  const scale = Math.min(1, WIDEST / width, HIGHEST / height);
  const box = { width: Math.round(width * scale), height: Math.round(height * scale) };
  return (
    <Dialog.Root open={isOpen} onOpenChange={setOpen}>
      <Dialog.Trigger
        aria-label={t("file.open", { name: file.originalName })}
        className="grid max-w-full place-items-center overflow-hidden rounded-lg bg-sunken"
        style={box}
      >
        {small ? (
          <img
            src={small}
            alt={file.originalName}
            width={box.width}
            height={box.height}
            className="size-full object-cover"
          />
        ) : (
          <ImageIcon className="size-8 text-muted" />
        )}
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/80" />
        <Dialog.Popup
          className="fixed inset-0 z-50 flex flex-col p-4 outline-none"
          aria-label={file.originalName}
        >
          <div className="flex items-center justify-end gap-2">
            <Button
              icon={<DownloadIcon />}
              onClick={() => saveFile(file.url, file.originalName).catch(tellFailed)}
            >
              {t("file.download", { name: file.originalName })}
            </Button>
            <Dialog.Close render={<Button size="icon" aria-label={t("app.close")} icon={<CloseIcon />} />} />
          </div>
          <div className="grid min-h-0 flex-1 place-items-center pt-4">
            <img
              src={large ?? small}
              alt={file.originalName}
              className="max-h-full max-w-full object-contain"
            />
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
