import { useEffect, useState } from "react";
import type { Upload, Uploads } from "~/hooks/useUploads";
import { useTranslation } from "~/i18n/useTranslation";
import { bytes } from "~/ui/bytes";
import { cx } from "~/ui/cx";
import { CheckIcon, CloseIcon, RetryIcon } from "~/ui/icons";
import { FILE_COLOURS, FILE_ICONS, fileKind } from "./fileKind";

interface Props {
  uploads: Uploads;
  largest: number;
  /** Sends one again; left out where everything is sent together. */
  onAgain?: (upload: Upload) => void;
  className?: string;
}

/** Files before and while they are sent: each with what it looks like, how far it is, another try, and taking it back. */
export function UploadList({ uploads, largest, onAgain, className }: Props) {
  const { t } = useTranslation();
  if (uploads.list.length === 0) return null;
  return (
    <ul aria-label={t("talk.attached")} className={cx("flex flex-wrap gap-2", className)}>
      {uploads.list.map((upload) => (
        <UploadItem
          key={upload.clientId}
          upload={upload}
          largest={largest}
          onAgain={onAgain}
          onRemove={uploads.remove}
        />
      ))}
    </ul>
  );
}

interface ItemProps {
  upload: Upload;
  largest: number;
  onAgain: ((upload: Upload) => void) | undefined;
  onRemove: (upload: Upload) => void;
}

const BUTTON = "grid size-7 shrink-0 place-items-center rounded-md text-muted hover:bg-hover hover:text-text";

function UploadItem({ upload, largest, onAgain, onRemove }: ItemProps) {
  const { t } = useTranslation();
  const { name } = upload.file;
  const isWrong = upload.state === "failed" || upload.state === "tooLarge";
  return (
    <li
      className={cx(
        "flex w-full items-center gap-2.5 rounded-lg border bg-surface p-1.5 text-sm sm:w-72",
        isWrong ? "border-danger" : "border-line",
      )}
    >
      <Thumbnail file={upload.file} />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium" title={name}>
          {name}
        </span>
        <Progress upload={upload} largest={largest} />
      </span>
      {upload.state === "done" && <CheckIcon className="mr-1.5 text-good" />}
      {upload.state === "failed" && onAgain && (
        <button
          type="button"
          className={BUTTON}
          aria-label={t("file.retry", { name })}
          onClick={() => onAgain(upload)}
        >
          <RetryIcon />
        </button>
      )}
      {upload.state !== "done" && (
        <button
          type="button"
          className={BUTTON}
          aria-label={t("file.remove", { name })}
          onClick={() => onRemove(upload)}
        >
          <CloseIcon />
        </button>
      )}
    </li>
  );
}

function Progress({ upload, largest }: { upload: Upload; largest: number }) {
  const { t, i18n } = useTranslation();
  const percent = Math.round(upload.share * 100);
  if (upload.state === "sending") {
    return (
      <span className="flex items-center gap-2 text-xs text-muted">
        <progress
          className="upload-progress min-w-0 flex-1"
          max={100}
          value={percent}
          aria-label={t("file.uploading", { percent })}
        />
        <span className="tabular">{percent} %</span>
      </span>
    );
  }
  if (upload.state === "tooLarge") {
    const size = bytes(largest, i18n.language);
    return <span className="block text-xs text-danger">{t("talk.tooLarge", { size })}</span>;
  }
  if (upload.state === "failed") {
    return (
      <span role="alert" className="block text-xs text-danger">
        {t("file.failed")}
        {upload.problem && `: ${upload.problem}`}
      </span>
    );
  }
  return <span className="block text-xs text-muted">{bytes(upload.file.size, i18n.language)}</span>;
}

/** A picture small, anything else as the icon of its kind. */
function Thumbnail({ file }: { file: File }) {
  const kind = fileKind(file.type, file.name);
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    if (kind !== "image") return;
    const made = URL.createObjectURL(file);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [file, kind]);
  const Icon = FILE_ICONS[kind];
  return (
    <span
      className={cx(
        "grid size-10 shrink-0 place-items-center overflow-hidden rounded-md",
        FILE_COLOURS[kind],
      )}
    >
      {address ? (
        <img src={address} alt="" className="size-full object-cover" />
      ) : (
        <Icon className="size-5" />
      )}
    </span>
  );
}
