/** People of a ticket: a line each, and the way to add one. */
import { Popover } from "@base-ui/react/popover";
import { type ReactNode, useState } from "react";
import type { PersonRef } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { Avatar } from "~/ui/Avatar";
import { Button } from "~/ui/Button";
import { CloseIcon, PlusIcon } from "~/ui/icons";
import { PersonSearch } from "./PersonSearch";

interface LineProps {
  person: PersonRef;
  /** Below the name. */
  detail?: string | undefined;
  /** What taking them off means. */
  removal: string;
  onRemove: (() => void) | undefined;
}

export function PersonLine({ person, detail, removal, onRemove }: LineProps) {
  return (
    <li className="flex min-h-8 items-center gap-2">
      <Avatar name={person.displayName} url={person.avatarUrl} size={24} />
      <span className="min-w-0 flex-1">
        <span className="block truncate" title={person.displayName}>
          {person.displayName}
        </span>
        {detail && (
          <span className="block truncate text-xs text-muted" title={detail}>
            {detail}
          </span>
        )}
      </span>
      {onRemove && (
        <Button
          kind="quiet"
          size="icon-small"
          aria-label={removal}
          title={removal}
          icon={<CloseIcon className="size-4 text-muted" />}
          onClick={onRemove}
        />
      )}
    </li>
  );
}

interface AddProps {
  label: string;
  without: ReadonlySet<string>;
  onChoose: (person: PersonRef) => void;
  hint?: string;
  /** Other choices, for what was typed; chosen, they close the search. */
  before?: (text: string, close: () => void) => ReactNode;
}

export function AddPerson({ label, without, onChoose, hint, before }: AddProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger
        render={
          <Button
            size="small"
            kind="quiet"
            icon={<PlusIcon className="size-4 text-muted" />}
            className="-ml-1.5"
          >
            {label}
          </Button>
        }
      />
      <Popover.Portal>
        <Popover.Positioner align="end" sideOffset={6} className="z-50">
          <Popover.Popup
            aria-label={label}
            className="flex w-[min(20rem,calc(100vw-1.5rem))] flex-col gap-2 rounded-xl border border-line bg-raised p-3 shadow-pop outline-none"
          >
            <PersonSearch
              label={hint ? t("app.search") : label}
              without={without}
              onChoose={(person) => {
                close();
                onChoose(person);
              }}
              before={(text) => before?.(text, close)}
            />
            {hint && <p className="text-xs text-muted">{hint}</p>}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
