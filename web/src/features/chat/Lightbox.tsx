import { Dialog } from "@base-ui/react/dialog";
import { type KeyboardEvent, useState } from "react";
import type { Attachment } from "~/api/schema";
import { saveFile, useFile } from "~/hooks/useFile";
import { useTranslation } from "~/i18n/useTranslation";
import { Button } from "~/ui/Button";
import { bytes } from "~/ui/bytes";
import { BackIcon, CloseIcon, DownloadIcon } from "~/ui/icons";
import { Spinner } from "~/ui/Spinner";
import { tellFailed } from "~/ui/Toast";

interface Props {
  pictures: Attachment[];
  /** The one to begin with. */
  first: string;
  onClose: () => void;
}

/** A picture as large as the window, and the others of the conversation beside it. */
export default function Lightbox({ pictures, first, onClose }: Props) {
  const { t, i18n } = useTranslation();
  const [id, setId] = useState(first);
  const place = Math.max(
    pictures.findIndex((picture) => picture.id === id),
    0,
  );
  const picture = pictures[place];
  const address = useFile(picture?.url ?? null);
  const small = useFile(picture?.thumbnailUrl ?? null);
  if (!picture) return null;
  const show = (next: number) => {
    const other = pictures[next];
    if (other) setId(other.id);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "ArrowLeft") show(place - 1);
    if (event.key === "ArrowRight") show(place + 1);
    if (event.key === "Home") show(0);
    if (event.key === "End") show(pictures.length - 1);
  };
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/85" />
        <Dialog.Popup onKeyDown={onKey} className="fixed inset-0 z-50 flex flex-col outline-none">
          <div className="flex items-center gap-2 p-3 text-white">
            <div className="min-w-0 flex-1">
              <Dialog.Title className="truncate font-medium" title={picture.originalName}>
                {picture.originalName}
              </Dialog.Title>
              <p className="text-xs text-white/80" aria-live="polite">
                {bytes(picture.size, i18n.language)}
                {pictures.length > 1 &&
                  ` · ${t("talk.lightbox", { place: place + 1, count: pictures.length })}`}
              </p>
            </div>
            <Button
              size="icon"
              aria-label={t("file.download", { name: picture.originalName })}
              title={t("talk.downloadIt")}
              icon={<DownloadIcon />}
              onClick={() => saveFile(picture.url, picture.originalName).catch(tellFailed)}
            />
            <Dialog.Close
              render={
                <Button size="icon" aria-label={t("app.close")} title={t("app.close")} icon={<CloseIcon />} />
              }
            />
          </div>
          <div className="relative grid min-h-0 flex-1 place-items-center p-3 pt-0">
            {(address ?? small) ? (
              <img
                src={address ?? small}
                alt={picture.originalName}
                className="max-h-full min-h-0 max-w-full object-contain"
              />
            ) : (
              <span className="text-white">
                <Spinner />
              </span>
            )}
            {place > 0 && (
              <Button
                size="icon"
                aria-label={t("talk.previous")}
                icon={<BackIcon />}
                className="absolute left-3 rounded-full"
                onClick={() => show(place - 1)}
              />
            )}
            {place < pictures.length - 1 && (
              <Button
                size="icon"
                aria-label={t("talk.next")}
                icon={<BackIcon className="rotate-180" />}
                className="absolute right-3 rounded-full"
                onClick={() => show(place + 1)}
              />
            )}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
