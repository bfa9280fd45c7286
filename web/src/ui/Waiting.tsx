import { Delayed } from "./Delayed";
import { Spinner } from "./Spinner";

/** Fills what is still on its way, when it takes more than a moment. */
export function Waiting() {
  return (
    <Delayed>
      <div className="grid h-full place-items-center text-muted">
        <Spinner />
      </div>
    </Delayed>
  );
}
