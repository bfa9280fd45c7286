/** Adds the texts of the pages for admins, which nobody else fetches. */
import i18next from "i18next";
import { admin as de } from "./admin.de";
import { admin as en } from "./admin.en";

i18next.addResourceBundle("en", "translation", { admin: en }, true);
i18next.addResourceBundle("de", "translation", { admin: de }, true);
