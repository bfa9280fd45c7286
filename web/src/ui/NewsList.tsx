import { Toast } from "@base-ui/react/toast";
import { useEffect } from "react";
import { useTranslation } from "~/i18n/useTranslation";
import { cx } from "./cx";
import { CloseIcon } from "./icons";
import { drawNews, type News } from "./Toast";

const toasts = Toast.createToastManager();

function add({ title, detail, hasFailed, action }: News): void {
  const id = toasts.add({
    title,
    description: detail,
    type: hasFailed ? "failed" : "done",
    priority: hasFailed ? "high" : "low",
    timeout: hasFailed ? 0 : 5_000,
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

/** Where news are drawn. */
export default function NewsList() {
  const { t } = useTranslation();
  return (
    <Toast.Provider toastManager={toasts} limit={4}>
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
  useEffect(() => drawNews(add), []);
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
