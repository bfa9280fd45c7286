/** Every emoji by its name: loaded when it is first wanted, its names from the desk itself. */
import { EmojiPicker as Picker } from "frimousse";
import { type ComponentProps, useEffect, useRef } from "react";
import { language } from "~/i18n";
import { useTranslation } from "~/i18n/useTranslation";
import { Delayed } from "./Delayed";
import { Spinner } from "./Spinner";

const COLUMNS = 8;

async function names(locale: string) {
  const data = await (locale === "de" ? import("virtual:emoji/de") : import("virtual:emoji/en"));
  return data.default;
}

export default function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }) {
  const { t } = useTranslation();
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => search.current?.focus(), []);
  return (
    <Picker.Root
      locale={language()}
      columns={COLUMNS}
      resolveEmojiData={names}
      onEmojiSelect={({ emoji }) => onPick(emoji)}
      className="flex h-80 w-78 max-w-full flex-col"
    >
      <Picker.Search
        ref={search}
        aria-label={t("talk.searchEmoji")}
        placeholder={t("talk.searchEmoji")}
        className="m-2 h-9 rounded-lg border border-line-strong bg-surface px-3 placeholder:text-muted"
      />
      <Picker.Viewport tabIndex={0} className="min-h-0 flex-1 outline-offset-[-2px]">
        <Picker.Loading className="grid h-full place-items-center text-muted">
          <Delayed>
            <Spinner />
          </Delayed>
        </Picker.Loading>
        <Picker.Empty className="block px-3 py-8 text-center text-sm text-muted">
          {t("talk.noEmoji")}
        </Picker.Empty>
        <Picker.List aria-label={t("talk.emojis")} className="px-1.5 pb-2 select-none" components={PARTS} />
      </Picker.Viewport>
    </Picker.Root>
  );
}

const PARTS: NonNullable<ComponentProps<typeof Picker.List>["components"]> = {
  CategoryHeader: ({ category, ...props }) => (
    <div {...props} className="bg-raised px-1.5 pt-2 pb-1 text-xs font-medium text-muted">
      {category.label}
    </div>
  ),
  // Rows and columns count from one for those who have them read out.
  Row: ({ children, ...props }) => (
    <div {...props} {...from1(props, "aria-rowindex")} className="scroll-my-10">
      {children}
    </div>
  ),
  Emoji: ({ emoji, ...props }) => (
    <button
      type="button"
      {...props}
      {...from1(props, "aria-colindex")}
      className="grid size-9 place-items-center rounded-md text-xl data-active:bg-hover"
    >
      {emoji.emoji}
    </button>
  ),
};

function from1<Name extends "aria-rowindex" | "aria-colindex">(
  props: { [N in Name]?: number | undefined },
  name: Name,
) {
  const place = props[name];
  return place === undefined ? {} : { [name]: place + 1 };
}
