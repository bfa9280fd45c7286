//! What has happened at the desk before one looks: twelve tickets with their conversations.
use super::cast::Who::{self, Daniel, Helen, Mia, Priya};
use crate::domain::status::Status::{self, Closed, InProgress, Pending, Resolved};

/// A ticket of the student and what became of it.
pub struct Scene {
    /// Every scene has its own: by it, a ticket is known at the next start.
    pub title: &'static str,
    pub description: &'static str,
    pub category: &'static str,
    pub priority: &'static str,
    pub assigned_to: Option<Who>,
    /// Who says what; the same is never said twice.
    pub lines: &'static [(Who, &'static str)],
    /// The statuses it has gone through after all was said.
    pub path: &'static [Status],
}

/// What the Matrix user says, in the room of the scene with this title, and what is answered.
pub const VISITED: &str = "Shared lab machine: our group's files are gone";
pub const VISITOR_SAYS: &str =
    "I was logged in at lab-07 on Monday until about 15:00 and everything was still there when I left.";
pub const VISITOR_IS_ANSWERED: (Who, &str) =
    (Daniel, "Thanks Jonas, that narrows it down: I am restoring the snapshot of Monday 15:00 now.");

pub const SCENES: [Scene; 12] = [
    Scene {
        title: "Projector in B204 shows no signal",
        description: "The seminar starts at 14:00 and the projector says \"no signal\" with two different laptops.",
        category: "technical",
        priority: "urgent",
        assigned_to: Some(Daniel),
        lines: &[
            (Daniel, "I am on my way with a spare cable. Is the small box under the desk switched on?"),
            (Mia, "It was off! It works now, thank you."),
            (Daniel, "Good. I have put a note on the box so that nobody switches it off again."),
        ],
        path: &[InProgress, Resolved, Closed],
    },
    Scene {
        title: "Password reset mail never arrives",
        description: "I asked for a new password three times today. Nothing in the inbox, nothing in spam.",
        category: "account",
        priority: "high",
        assigned_to: Some(Helen),
        lines: &[
            (Helen, "Your account still had your old university address. I have corrected it; please try once more."),
            (Mia, "Got it within a minute. Thanks!"),
        ],
        path: &[Resolved, Closed],
    },
    Scene {
        title: "Grade of quiz 3 is missing",
        description: "Quiz 1, 2 and 4 have grades, quiz 3 shows a dash. I handed it in on the 12th.",
        category: "assessment",
        priority: "medium",
        assigned_to: Some(Priya),
        lines: &[
            (Priya, "Found it: it was filed under the other group. You have 17 of 20 points."),
            (Mia, "Oh nice, thank you for looking so quickly."),
            (Priya, "It shows in the overview from tonight on."),
        ],
        path: &[InProgress, Resolved],
    },
    Scene {
        title: "Which room is the statistics exam in?",
        description: "The timetable says \"see notice\", but I cannot find any notice.",
        category: "general",
        priority: "medium",
        assigned_to: Some(Priya),
        lines: &[(Priya, "Main building, hall 3, doors open at 8:45. The timetable will say so from tomorrow on.")],
        path: &[Resolved],
    },
    Scene {
        title: "Extension for the final essay",
        description: "I was ill for nine days. Is it possible to hand in the essay one week later?",
        category: "assessment",
        priority: "medium",
        assigned_to: Some(Priya),
        lines: &[
            (Priya, "I am sorry to hear that. Yes, with a note from your doctor. Can you bring or send one?"),
            (Mia, "I have an appointment on Friday and will send it right after."),
            (Priya, "Friday is fine. I keep the ticket until then."),
        ],
        path: &[Pending],
    },
    Scene {
        title: "Name on the certificate is misspelt",
        description: "It says \"Okafer\", it should be \"Okafor\".",
        category: "account",
        priority: "low",
        assigned_to: Some(Helen),
        lines: &[(Helen, "We print a new one. Shall we send it by post, or do you come by?")],
        path: &[Pending],
    },
    Scene {
        title: "Upload of the lab report stops at 80 %",
        description: "The PDF has 34 MB. I tried Firefox and Chromium, at home and on campus; it always stops at 80 %.",
        category: "technical",
        priority: "high",
        assigned_to: Some(Daniel),
        lines: &[
            (Daniel, "Does a smaller file go through? Then I know where to look."),
            (Mia, "Yes, 5 MB works at once."),
            (Daniel, "Then it is the limit of the proxy. I have asked for 100 MB; it should be there this afternoon."),
            (Mia, "The deadline is tonight, will that count?"),
            (Daniel, "The time of this ticket counts. Do not worry."),
        ],
        path: &[InProgress],
    },
    Scene {
        title: "Two lectures overlap on Thursday",
        description: "Signals II and Numerics are both on Thursday at 10:15, and I need both this term.",
        category: "general",
        priority: "medium",
        assigned_to: Some(Helen),
        lines: &[
            (Helen, "You are not the only one. I have asked both lecturers whether one of them can move."),
            (Helen, "Numerics may move to Tuesday at 8:15. I write again when it is settled."),
            (Mia, "Tuesday would be perfect."),
        ],
        path: &[InProgress],
    },
    Scene {
        title: "Licence of the simulation software has expired",
        description: "All machines in the pool say that the licence ended yesterday. The whole course is stuck.",
        category: "technical",
        priority: "urgent",
        assigned_to: None,
        lines: &[(Mia, "Correction: two machines in the back row still work.")],
        path: &[],
    },
    Scene {
        title: "Feedback for my second draft",
        description: "I handed in the second draft two weeks ago. When can I expect feedback?",
        category: "assessment",
        priority: "low",
        assigned_to: None,
        lines: &[],
        path: &[],
    },
    Scene {
        title: "Gate of the bicycle shelter stays shut",
        description: "My card is not accepted since Monday. The reader blinks red three times.",
        category: "other",
        priority: "low",
        assigned_to: None,
        lines: &[],
        path: &[],
    },
    Scene {
        title: VISITED,
        description: "We are three and share lab-07. Since this morning the folder of our group is empty.",
        category: "technical",
        priority: "high",
        assigned_to: Some(Daniel),
        lines: &[
            (Daniel, "We keep snapshots for a week. When did one of you last see the files?"),
            (Mia, "Jonas was the last at the machine. He only uses Matrix: @jonas:localhost"),
            (Daniel, "I have let him in here. Jonas, can you tell us more?"),
        ],
        path: &[InProgress],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::domain::opening::TicketDraft;
    use crate::domain::status::{Mover, transition};

    #[test]
    fn every_scene_can_be_played() {
        for scene in &SCENES {
            let draft = TicketDraft {
                title: Some(scene.title.to_owned()),
                description: Some(scene.description.to_owned()),
                category: Some(scene.category.to_owned()),
                priority: Some(scene.priority.to_owned()),
                ..TicketDraft::default()
            };
            draft.check(None).expect("every field fits");
            scene.path.iter().fold(Status::Open, |from, to| transition(Mover::Staff, from, *to).expect("a legal move"));
            let said: HashSet<_> = scene.lines.iter().map(|(_, text)| text).collect();
            assert_eq!(said.len(), scene.lines.len(), "{} repeats itself", scene.title);
        }
    }

    #[test]
    fn every_status_and_every_title_is_there() {
        let ends: HashSet<_> = SCENES.iter().map(|scene| scene.path.last().copied().unwrap_or(Status::Open)).collect();
        assert_eq!(ends.len(), Status::ALL.len());
        let titles: HashSet<_> = SCENES.iter().map(|scene| scene.title).collect();
        assert_eq!(titles.len(), SCENES.len());
        assert!(titles.contains(VISITED));
    }
}
