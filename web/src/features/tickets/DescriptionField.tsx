import { Suspense, useRef, useState } from "react";
import { useGrowing } from "~/hooks/useGrowing";
import { useTranslation } from "~/i18n/useTranslation";
import { cx } from "~/ui/cx";
import { Field, INPUT } from "~/ui/Field";
import { later } from "~/ui/later";

const Markdown = later(() => import("~/ui/Markdown"));

/** Of a description, in characters. */
export const DESCRIPTION_LIMIT = 10_000;
const COUNTED = 500;

interface Props {
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

/** What it is about, as it is written and as it will look. */
export function DescriptionField({ value, error, onChange }: Props) {
  const { t } = useTranslation();
  const [isPreview, setPreview] = useState(false);
  const input = useRef<HTMLTextAreaElement>(null);
  const left = DESCRIPTION_LIMIT - value.length;
  useGrowing(input, value);
  return (
    <Field
      label={t("create.description")}
      hint={
        <>
          {t("create.descriptionHint")} {t("student.create.markdown")}
          {left <= COUNTED && (
            <span className="ml-2 whitespace-nowrap" aria-live="polite">
              {t("app.characters", { count: left })}
            </span>
          )}
        </>
      }
      error={error}
      aside={
        <span className="flex gap-0.5 rounded-lg bg-sunken p-0.5">
          {([false, true] as const).map((shows) => (
            <button
              key={String(shows)}
              type="button"
              aria-pressed={isPreview === shows}
              onClick={() => setPreview(shows)}
              className={cx(
                "min-h-6 rounded-md px-2 font-medium",
                isPreview === shows ? "bg-surface text-text shadow-sm" : "text-muted hover:text-text",
              )}
            >
              {t(shows ? "create.preview" : "create.write")}
            </button>
          ))}
        </span>
      }
    >
      {(bound) =>
        isPreview ? (
          <section
            aria-label={t("create.preview")}
            className="message-body min-h-36 rounded-lg border border-line bg-surface px-3 py-2"
          >
            <Suspense>
              {value.trim() ? <Markdown text={value} /> : <p className="text-muted">{t("create.nothing")}</p>}
            </Suspense>
          </section>
        ) : (
          <textarea
            {...bound}
            ref={input}
            name="description"
            value={value}
            rows={6}
            required
            onChange={(event) => onChange(event.target.value)}
            className={cx(INPUT, "field-sizing-content max-h-96 min-h-36 py-2")}
          />
        )
      }
    </Field>
  );
}
