import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  changeMailPreferences,
  getMailPreferences,
  type MailPreferenceChanges,
  type MailPreferences,
} from "~/services/mailService";
import { tellFailed } from "~/ui/Toast";

export const MAIL_PREFERENCES = ["me", "mail-preferences"] as const;

/** How one wants mails. */
export function useMailPreferences() {
  return useQuery({ queryKey: MAIL_PREFERENCES, queryFn: getMailPreferences });
}

/** The preferences as they will be once the changes are made. */
export function changed(now: MailPreferences, changes: MailPreferenceChanges): MailPreferences {
  const { occasions, ...others } = changes;
  const given = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
  return {
    ...now,
    ...given,
    occasions: now.occasions.map((choice) => {
      const other = occasions?.find(({ occasion }) => occasion === choice.occasion);
      return other ? { ...choice, pace: other.pace ?? choice.usualPace } : choice;
    }),
  };
}

/** Changes them at once, one change after the other; what is refused is taken back and told. */
export function useMailChange() {
  const queries = useQueryClient();
  const change = useMutation({
    scope: { id: "mail-preferences" },
    mutationFn: changeMailPreferences,
    onMutate: async (changes) => {
      await queries.cancelQueries({ queryKey: MAIL_PREFERENCES });
      const known = queries.getQueryData<MailPreferences>(MAIL_PREFERENCES);
      queries.setQueryData<MailPreferences>(MAIL_PREFERENCES, (now) => now && changed(now, changes));
      return known;
    },
    onError: (error, changes, known) => {
      queries.setQueryData(MAIL_PREFERENCES, known);
      tellFailed(error, () => change.mutate(changes));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: MAIL_PREFERENCES }),
  });
  return change.mutate;
}
