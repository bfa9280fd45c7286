import { useState } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import { copyText } from "~/services/browser";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { Field, INPUT } from "~/ui/Field";
import { CheckIcon } from "~/ui/icons";
import { tellFailed } from "~/ui/Toast";

/** Something that is shown once, to be copied and handed on. */
export function Secret({ label, value, hint }: { label: string; value: string; hint?: string }) {
  const { t } = useTranslation();
  const [isCopied, setCopied] = useState(false);
  const copy = () =>
    copyText(value).then(
      () => setCopied(true),
      (error) => tellFailed(error),
    );
  return (
    <Field label={label} hint={hint}>
      {(bound) => (
        <div className="flex gap-2">
          <input
            {...bound}
            readOnly
            value={value}
            onFocus={(event) => event.target.select()}
            className={cx(INPUT, "h-10 font-mono text-sm")}
          />
          <Button
            className="h-10"
            icon={isCopied ? <CheckIcon /> : undefined}
            onClick={() => void copy()}
            aria-live="polite"
          >
            {t(isCopied ? "app.copied" : "app.copy")}
          </Button>
        </div>
      )}
    </Field>
  );
}
