import { useRef } from "react";
import { useSearchText } from "~/hooks/useSearchText";
import { useTranslation } from "~/i18n/useTranslation";
import { cx } from "~/ui/cx";
import { INPUT } from "~/ui/Field";
import { SearchIcon } from "~/ui/icons";
import { keysOf, useCommands, useKeysOn } from "./commands";
import { Key } from "./Key";
import { partsOf } from "./searchWords";

interface Props {
  value: string;
  onChange: (text: string) => void;
  /** What the desk does not understand of it. */
  problem: string | undefined;
}

/** Words and fields (`status:open assignee:me`), as they are typed. */
export function SearchBox({ value, onChange, problem }: Props) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useSearchText(value, onChange);
  const hint = problem ?? partsOf(text).hint;
  const areKeysOn = useKeysOn();

  useCommands({
    search: () => {
      input.current?.focus();
      input.current?.select();
    },
  });

  return (
    <div>
      <label className="relative block">
        <span className="sr-only">{t("staff.search")}</span>
        <SearchIcon className="pointer-events-none absolute top-2 left-2.5 text-muted" />
        <input
          ref={input}
          type="search"
          value={text}
          placeholder={t("staff.search")}
          aria-invalid={problem !== undefined}
          aria-describedby={hint ? "search-hint" : undefined}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape" && text === "") event.currentTarget.blur();
          }}
          className={cx(INPUT, "peer h-9 pr-9 pl-9 text-sm")}
        />
        {areKeysOn && text === "" && (
          <span
            aria-hidden="true"
            className="pointer-events-none absolute top-2 right-2.5 peer-focus:hidden [@media(hover:none)]:hidden"
          >
            <Key name={keysOf("search")[0] ?? ""} />
          </span>
        )}
      </label>
      {hint && (
        <p
          id="search-hint"
          role="status"
          className={cx("pt-1 text-xs", problem ? "text-danger" : "text-muted")}
        >
          {hint}
        </p>
      )}
    </div>
  );
}
