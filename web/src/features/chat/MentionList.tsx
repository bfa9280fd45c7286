import type { PersonRef } from "~/api/schema";
import { useTranslation } from "~/i18n/useTranslation";
import { Avatar } from "~/ui/Avatar";
import { cx } from "~/ui/cx";

interface Props {
  id: string;
  people: PersonRef[];
  active: number;
  onPick: (person: PersonRef) => void;
}

export function optionId(list: string, place: number): string {
  return `${list}-${place}`;
}

/** Who may be meant by the `@` that is being typed; keys stay with where one types. */
export function MentionList({ id, people, active, onPick }: Props) {
  const { t } = useTranslation();
  return (
    <div
      id={id}
      role="listbox"
      aria-label={t("talk.mentionList")}
      className="absolute bottom-full left-0 z-30 mb-1.5 w-72 max-w-full rounded-xl border border-line bg-raised p-1.5 shadow-pop"
    >
      {people.map((person, place) => (
        <div
          key={person.id}
          id={optionId(id, place)}
          role="option"
          tabIndex={-1}
          aria-selected={place === active}
          // The caret stays where it is.
          onPointerDown={(event) => {
            event.preventDefault();
            onPick(person);
          }}
          className={cx(
            "flex cursor-pointer items-center gap-2.5 rounded-md px-2 py-1.5 text-sm hover:bg-hover",
            place === active && "bg-hover",
          )}
        >
          <Avatar name={person.displayName} url={person.avatarUrl} size={24} />
          <span className="min-w-0 flex-1 truncate" title={person.displayName}>
            {person.displayName}
          </span>
          <span className="shrink-0 text-xs text-muted">{t(`staff.roles.${person.role}`)}</span>
        </div>
      ))}
    </div>
  );
}
