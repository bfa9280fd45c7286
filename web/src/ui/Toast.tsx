/** What happened, in a corner: done, with a way back, or failed, with the request's id and another try. */
import { Toast } from "@base-ui/react/toast";
import i18next from "i18next";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ProblemError } from "~/api/problem";
import { cx } from "./cx";
import { CloseIcon } from "./icons";

const toasts = Toast.createToastManager();

interface Action {
  label: string;
  onClick: () => void;
}

export function tellDone(title: string, action?: Action): void {
  const id = toasts.add({
    title,
    timeout: 5_000,
    ...(action && {
      actionProps: {
        children: action.label,
        onClick: () => {
          toasts.close(id);
          action.onClick();
        },
      },
    }),
  });
}

/** Stays until it is closed: a failure is not to be missed. */
export function tellFailed(error: unknown, again?: () => void): void {
  const t = i18next.t;
  const isOffline = error instanceof ProblemError && error.status === 0;
  const title = isOffline ? t("errors.offline") : t("errors.failed");
  const detail = isOffline ? t("errors.offlineDetail") : error instanceof Error ? error.message : "";
  const id = error instanceof ProblemError ? error.requestId : null;
  const toast = toasts.add({
    title,
    description: id ? `${detail} (${t("errors.requestId", { id })})` : detail,
    type: "failed",
    priority: "high",
    timeout: 0,
    ...(again && {
      actionProps: {
        children: t("app.retry"),
        onClick: () => {
          toasts.close(toast);
          again();
        },
      },
    }),
  });
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Toast.Provider toastManager={toasts} limit={4}>
      {children}
      <Toast.Portal>
        <Toast.Viewport
          aria-label={t("app.messages")}
          // Above the line in which one writes, with its button to send.
          className="fixed right-4 bottom-20 z-50 flex w-[calc(100vw-2rem)] flex-col gap-2 sm:w-96"
        >
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function List() {
  const { t } = useTranslation();
  const { toasts: shown } = Toast.useToastManager();
  return shown.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      data-told=""
      className={cx(
        "rounded-xl border bg-raised shadow-pop transition-opacity duration-150",
        "data-starting-style:opacity-0 data-ending-style:opacity-0",
        toast.type === "failed" ? "border-danger" : "border-line",
      )}
    >
      <Toast.Content className="flex items-start gap-3 p-3">
        <div className="min-w-0 flex-1">
          <Toast.Title className="font-medium" />
          <Toast.Description className="mt-0.5 text-sm text-muted" />
        </div>
        <Toast.Action className="rounded-md px-2 py-1 text-sm font-semibold text-accent-text hover:bg-hover" />
        <Toast.Close aria-label={t("app.close")} className="rounded-md p-1 text-muted hover:bg-hover">
          <CloseIcon />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}
