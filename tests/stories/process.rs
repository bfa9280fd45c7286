//! The built program as a process: it dies where it is told to, ends when it is told to, and goes on where it stopped.
use crate::support::{ChildDesk, story};

story!(a_killed_desk_goes_on, |desk: ChildDesk| {
    let ann = desk.student("Ann Lee").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;

    desk.kill().await;
    desk.launch().await;
    ann.says(&ticket, "Still burning").await;

    ann.eventually_reads(&ticket, "Still burning", |message| message["status"] == "sent").await;
});

story!(a_desk_dies_at_its_crash_point_and_goes_on, |desk: ChildDesk| {
    let ann = desk.student("Ann Lee").await;
    desk.terminate().await;
    desk.launch_to_crash_at("sent:2").await;
    let ticket = ann.opens_ticket("Printer", "It is on fire").await;
    ann.says(&ticket, "Still burning").await;

    desk.crashes().await;
    desk.launch().await;

    ann.eventually_reads(&ticket, "Still burning", |message| message["status"] == "sent").await;
});
