import { Suspense, useState } from "react";
import type { Attachment } from "~/api/schema";
import { saveFile, useFile } from "~/hooks/useFile";
import { useTranslation } from "~/i18n/useTranslation";
import { bytes } from "~/ui/bytes";
import { cx } from "~/ui/cx";
import { ClockIcon, DownloadIcon, ImageIcon, WarningIcon } from "~/ui/icons";
import { later } from "~/ui/later";
import { Spinner } from "~/ui/Spinner";
import { tellFailed } from "~/ui/Toast";
import { useChatContent } from "./chatContext";
import { FILE_COLOURS, FILE_ICONS, fileKind } from "./fileKind";

const Lightbox = later(() => import("./Lightbox"));

/** A file of a message: a picture with a larger one behind it, or its kind, name and size, and the way to have it. */
export function FilePreview({ file }: { file: Attachment }) {
  if (file.state !== "ready") return <Unready file={file} />;
  if (file.mimeType.startsWith("image/")) return <Picture file={file} />;
  return <Download file={file} />;
}

function Unready({ file }: { file: Attachment }) {
  const { t } = useTranslation();
  const isComing = file.state === "fetching";
  return (
    <div className="flex min-w-0 items-center gap-2 text-sm text-muted">
      {isComing ? <ClockIcon /> : <WarningIcon className="text-warn" />}
      <span className="min-w-0">
        <span className="block truncate" title={file.originalName}>
          {file.originalName}
        </span>
        <span className="text-xs">{isComing ? t("file.pending") : (file.failure ?? t("file.refused"))}</span>
      </span>
    </div>
  );
}

function Download({ file }: { file: Attachment }) {
  const { t, i18n } = useTranslation();
  const [isBusy, setBusy] = useState(false);
  const kind = fileKind(file.mimeType, file.originalName);
  const Icon = FILE_ICONS[kind];
  const save = () => {
    setBusy(true);
    saveFile(file.url, file.originalName)
      .catch((error) => tellFailed(error, save))
      .finally(() => setBusy(false));
  };
  return (
    <button
      type="button"
      onClick={save}
      aria-busy={isBusy || undefined}
      className="-mx-1.5 flex w-72 max-w-[calc(100%+0.75rem)] min-w-0 items-center gap-3 rounded-lg border border-line bg-surface p-2 text-left hover:bg-hover"
    >
      <span className={cx("grid size-10 shrink-0 place-items-center rounded-md", FILE_COLOURS[kind])}>
        <Icon className="size-5" />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm font-medium" title={file.originalName}>
          {file.originalName}
        </span>
        <span className="text-xs text-muted">
          {t(`talk.fileKinds.${kind}`)} · {bytes(file.size, i18n.language)}
        </span>
      </span>
      <span className="shrink-0 text-muted">
        {isBusy ? <Spinner /> : <DownloadIcon />}
        <span className="sr-only">{t("talk.downloadIt")}</span>
      </span>
    </button>
  );
}

const WIDEST = 320;
const HIGHEST = 260;

function Picture({ file }: { file: Attachment }) {
  const { t, i18n } = useTranslation();
  const { pictures: said } = useChatContent();
  // What is not among those of the conversation, such as a note's, is shown alone.
  const pictures = said.some(({ id }) => id === file.id) ? said : [file];
  const [isOpen, setOpen] = useState(false);
  const small = useFile(file.thumbnailUrl ?? file.url);
  const width = file.width ?? WIDEST;
  const height = file.height ?? HIGHEST;
  const scale = Math.min(1, WIDEST / width, HIGHEST / height);
  const box = { width: Math.round(width * scale), aspectRatio: `${width} / ${height}` };
  return (
    <div className="-mx-1.5 max-w-[calc(100%+0.75rem)] min-w-0">
      <button
        type="button"
        onClick={() => setOpen(true)}
        aria-label={t("file.open", { name: file.originalName })}
        className="grid max-w-full min-w-12 place-items-center overflow-hidden rounded-lg bg-sunken"
        style={box}
      >
        {small ? (
          <img src={small} alt="" className="size-full object-cover" />
        ) : (
          <ImageIcon className="size-8 text-muted" />
        )}
      </button>
      <p className="truncate pt-1 text-xs text-muted" title={file.originalName}>
        {file.originalName} · {bytes(file.size, i18n.language)}
      </p>
      {isOpen && (
        <Suspense>
          <Lightbox pictures={pictures} first={file.id} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}
