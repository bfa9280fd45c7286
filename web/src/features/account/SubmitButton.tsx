import { Button } from "~/ui/Button";

interface Props {
  isBusy: boolean;
  /** Whether too many attempts were made: nothing is sent for a while. */
  isWaiting: boolean;
  children: string;
}

/** Sends a form of `SignInFrame`. */
export function SubmitButton({ isBusy, isWaiting, children }: Props) {
  return (
    <Button type="submit" kind="primary" isBusy={isBusy} disabled={isWaiting} className="justify-center">
      {children}
    </Button>
  );
}
