/** What the desk could have told, for tests: whole, so that a test names only what it is about. */
import type { Message, PersonRef } from "~/api/schema";

export const ANN: PersonRef = { id: "usr_ann", displayName: "Ann Lee", role: "student", avatarUrl: null };
export const BEN: PersonRef = { id: "usr_ben", displayName: "Ben Ode", role: "instructor", avatarUrl: null };

export function message(place: number, what: Partial<Message> = {}): Message {
  return {
    id: `msg_${place}`,
    ticket: "tkt_1",
    place,
    sender: ANN,
    kind: "text",
    messageType: "text",
    message: `message ${place}`,
    html: null,
    attachment: null,
    clientId: null,
    createdAt: "2026-11-02T09:00:00Z",
    deletedAt: null,
    deletedBy: null,
    details: null,
    editedAt: null,
    eventId: null,
    failure: null,
    isDeleted: false,
    isEdited: false,
    isRead: false,
    mentions: [],
    reactions: [],
    readBy: [],
    replyTo: null,
    status: "sent",
    thread: null,
    ...what,
  };
}
