//! What the demonstration's older tickets are about. `{room}`, `{course}`, `{day}`, `{count}` and `{device}` differ from one
//! ticket to the next.
use crate::domain::tickets::Category::{self, Account, Assessment, General, Other, Technical};

/// Something that students ask about.
pub struct Topic {
    pub category: Category,
    pub titles: &'static [&'static str],
    pub descriptions: &'static [&'static str],
    /// What staff answer, in this order.
    pub answers: &'static [&'static str],
    /// What came of it.
    pub resolutions: &'static [&'static str],
}

pub const ROOMS: &[&str] =
    &["A101", "A115", "B204", "B212", "C003", "C310", "D120", "the library", "the language lab", "lab 07", "hall 3"];
pub const COURSES: &[&str] = &[
    "Statistics II",
    "Linear Algebra",
    "Academic Writing",
    "Database Systems",
    "Organic Chemistry",
    "Microeconomics",
    "Intro to Psychology",
    "Signals and Systems",
    "Modern History",
    "Python for Beginners",
    "Contract Law",
    "Macroeconomics",
];
pub const DAYS: &[&str] = &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];
pub const DEVICES: &[&str] =
    &["Windows laptop", "MacBook", "iPad", "Android phone", "iPhone", "Chromebook", "Ubuntu laptop"];

/// What staff say when they have said what there is to say about the topic.
pub const MORE_ANSWERS: &[&str] = &[
    "Could you send me a screenshot of what you see? Then I can say more.",
    "I have passed this on to a colleague who knows that system best and will write again today.",
    "Does it happen in another browser as well, or in a private window?",
    "Just a short note that this is not forgotten: we are waiting for an answer ourselves.",
    "Please try once more now, it should look different.",
    "I could see the same thing here, so it is not on your side.",
    "We have found the cause. Give it until {day}, please; then it should be fine for everybody.",
    "Thanks for your patience. Is everything all right on your side now?",
    "May I ask which operating system you have on your {device}?",
];
/// What students reply.
pub const REPLIES: &[&str] = &[
    "Thanks for the quick answer!",
    "I have tried that, and it is still the same.",
    "Yes, it works now. Thank you so much!",
    "It happens on my {device} and on the computers in {room}.",
    "Since {day}, I think. Before that it was fine.",
    "That helped, thank you.",
    "Is there anything I can do in the meantime? The deadline for {course} is on {day}.",
    "A friend of mine in {course} has the same problem.",
    "I have attached what I see to the form; if it did not arrive I can send it again.",
    "Okay, I will wait until {day} then.",
    "Perfect, thanks a lot.",
    "Hmm, now it says something about a session that has expired.",
    "I am on campus on {day}, should I come by?",
    "It worked once, and now it does not any more.",
];

macro_rules! topics {
    ($($category:ident: [$($title:literal),+], [$($description:literal),+], [$($answer:literal),+], [$($resolution:literal),+];)+) => {
        pub const TOPICS: &[Topic] = &[$(Topic {
            category: $category,
            titles: &[$($title),+],
            descriptions: &[$($description),+],
            answers: &[$($answer),+],
            resolutions: &[$($resolution),+],
        }),+];
    };
}

topics! {
    Technical:
        ["No Wi-Fi in {room}", "Wi-Fi in {room} drops every few minutes", "Cannot connect to eduroam in {room}"],
        ["My {device} connects for a minute and then says there is no internet. Everywhere else on campus it works.",
         "Since {day} there has hardly been any network in {room}. About {count} of us in {course} see the same."],
        ["Thank you, we see an access point there that restarts by itself. Somebody goes there this afternoon.",
         "The access point has been replaced. Could you check whether it stays connected now?"],
        ["Access point in {room} replaced", "Profile on the device renewed"];
    Technical:
        ["Video of the {course} lecture does not play", "Lecture recording of {course} has no sound",
         "Recording of {course} from {day} is missing"],
        ["The recording of {day} stops after {count} seconds with a grey picture. I have tried two browsers on my {device}.",
         "All other recordings are there, the one of {day} is not. I was ill and would like to catch up."],
        ["The file was damaged when it was uploaded. I have asked for a new one.",
         "It is there again: please reload the page once with Ctrl-F5."],
        ["Recording uploaded again", "Sound track mended"];
    Technical:
        ["Printer in {room} shows a paper jam", "Printing from my {device} fails", "Print job stuck in {room}"],
        ["The printer says there is a paper jam, but I cannot see any paper. There are {count} jobs in the queue by now.",
         "Every document I send is shown as printed, and nothing comes out. I need it for {course} on {day}."],
        ["I have emptied the queue. Please send the document once more.",
         "The technician was there this morning; it prints again."],
        ["Queue emptied", "Printer in {room} repaired", "Driver on the device renewed"];
    Technical:
        ["Microphone does not work in online exams", "Camera is not found in the seminar room tool",
         "Headset is silent in the language lab"],
        ["The others in {course} cannot hear me. On my {device} the same microphone works in every other program.",
         "The page asks for permission each time and forgets it. The exam is on {day}."],
        ["Please click the padlock beside the address, allow the microphone and reload the page.",
         "Let us try it together: I have opened a test room, the link is in your calendar."],
        ["Permission in the browser given", "Headset exchanged"];
    Technical:
        ["Upload of homework ends with an error", "File for {course} is refused as too large",
         "Upload hangs at 99 percent"],
        ["My file has {count} MB. The page counts up to 99 percent and then says \"Something went wrong\".",
         "I have tried it four times since {day}. Deadline is tonight!"],
        ["The limit was set too low for {course}. I have raised it; please try again.",
         "I can see your file now. The time of the first attempt counts, so you are not late."],
        ["Limit for {course} raised", "File taken over by hand"];
    Technical:
        ["VPN asks for the password again and again", "VPN connects, but library pages stay locked",
         "Cannot reach the licence server from home"],
        ["From home nothing of the library opens with my {device}. The VPN says it is connected.",
         "Statistics software says there is no licence. On the computers in {room} it works."],
        ["Please install version {count} or later: older ones do not know the new gateway.",
         "Your account was missing in one group. It should work within an hour."],
        ["Client renewed", "Added to the licence group"];
    Technical:
        ["Course page of {course} stays blank", "Calendar does not show {course}", "Forum of {course}: error 500"],
        ["I see the menu on the left and nothing else. Clearing the cache of my {device} did not help.",
         "Since the update on {day} the page is empty for everybody I have asked."],
        ["A plug-in broke with the last update. We have switched it off.",
         "It is mended. If the page is still empty, please sign out and in once."],
        ["Plug-in switched off", "Mended with the update of {day}"];
    Technical:
        ["Projector in {room} shows no signal", "Sound in {room} hums", "Screen in {room} flickers"],
        ["We lost {count} minutes of the seminar in {course} because nobody could make it work.",
         "It was like this last {day} already. A note on the door says somebody was told, but nothing happened."],
        ["I am on my way to have a look.", "A cable was broken; I have put a new one there and a spare one in the drawer."],
        ["Cable in {room} exchanged", "Reported to building services and repaired"];
    Assessment:
        ["Grade for {course} is missing", "Points of quiz {count} in {course} look wrong",
         "Result of the {course} exam is not shown"],
        ["Everybody else in my group has theirs since {day}. I handed everything in on time.",
         "The overview shows a dash, although I have a mail that says it was received."],
        ["I have asked the examinations office; the list of {day} was not complete.",
         "It is entered now. Please check whether the number is what you expected."],
        ["Grade entered", "Points corrected after a second look"];
    Assessment:
        ["Extension for the {course} essay", "Ill on the day of the {course} exam",
         "Can I hand in {course} homework later?"],
        ["I was ill from {day} on and have a certificate. Is it possible to hand in one week later?",
         "Two exams are on the same day: {course} and another one. Can one of them be moved?"],
        ["Please send the certificate to the examinations office; I have told them that it will come.",
         "You have until {day} in a week. The new date shows in the overview."],
        ["Extension given", "Second date offered"];
    Assessment:
        ["Which room is the {course} exam in?", "What may I bring to the {course} exam?",
         "Time of the oral exam in {course}"],
        ["The timetable says \"see notice\", and I cannot find any notice.",
         "Last year one sheet of notes was allowed. Is it the same this time? It is on {day}."],
        ["It is in {room}; doors open a quarter of an hour before.", "One sheet by hand and a calculator without memory."],
        ["Answered; the course page says so as well", "Room announced"];
    Assessment:
        ["Peer review of {course}: no text to review", "Group for the {course} project", "Quiz closed before the deadline"],
        ["The page says I should review {count} texts, and the list is empty.",
         "I had {count} minutes left when it closed. The others could go on."],
        ["Somebody left the course, that is why. I have given you another one.",
         "I have opened it again for you until {day}, noon."],
        ["Assigned again", "Opened again for one person"];
    Account:
        ["Password reset mail never arrives", "Cannot sign in since {day}", "Account is locked"],
        ["I have asked for a new password {count} times. Nothing in the inbox, nothing in spam.",
         "It says that the name or the password is wrong. Both are saved in my {device}, so they cannot be."],
        ["Your account still had an old address. I have corrected it; please try once more.",
         "There were too many attempts from another device. It is open again now."],
        ["Address corrected", "Account unlocked"];
    Account:
        ["New phone: second factor is gone", "Authenticator app shows other codes", "Lost my {device} with the codes"],
        ["My old phone is broken, and I can no longer sign in anywhere because of the codes.",
         "The codes are refused, though the time of the phone is right."],
        ["Please come to {room} with your student card, or show it in a short video call.",
         "The second factor is reset: you are asked to set it up when you sign in."],
        ["Second factor reset after a look at the card"];
    Account:
        ["My name is spelt wrong", "Please change my address", "My degree is missing from my name"],
        ["On certificates my name stands without the accent. Could you change that before {day}?",
         "I have married and have the papers here. Which of them do you need?"],
        ["A scan of the document is enough; please upload it in your profile, not here.",
         "It is changed, and it shows everywhere from tomorrow on."],
        ["Name corrected", "Record changed after a look at the document"];
    Account:
        ["No access to {course}", "I am not in the list of {course}", "Added to the wrong group of {course}"],
        ["I am enrolled since {day}, and the page still says that I am not allowed to see it.",
         "My tutor says I am in group {count}, the page says another one."],
        ["The enrolment had not come over yet. I have started that by hand.",
         "You are in the right group now."],
        ["Enrolment taken over", "Moved to the right group"];
    General:
        ["Opening hours of {room} in the holidays", "Is {room} open on {day}?", "Where do I find the timetable of {course}?"],
        ["The web page has two different answers. Which one is right?",
         "I would like to study there with {count} others before the exam."],
        ["It is open from eight to six; in the week of the exams until ten.",
         "You find it under Courses, then Plan. I have asked to have the old page removed."],
        ["Answered", "Page corrected"];
    General:
        ["Certificate of enrolment in English", "Confirmation for my employer", "Proof of attendance for {course}"],
        ["My scholarship asks for it by {day}. Where can I get one with a stamp?",
         "The form in the portal only has one language."],
        ["It is on its way to you by mail, and as a file with a signature in the portal."],
        ["Certificate sent", "File put into the portal"];
    General:
        ["How do I book {room}?", "Group room for {count} people", "Locker in {room}"],
        ["The booking page says that I need a permission. Our group in {course} meets every {day}.",
         "All rooms are shown as taken, yet they are empty when one goes there."],
        ["Groups of courses are allowed to. I have given you the permission for this term.",
         "There were bookings without an end. They are gone."],
        ["Permission for this term given", "Old bookings removed"];
    Other:
        ["Found a water bottle in {room}", "Lost my jacket in {room}", "Left my {device} in {room}"],
        ["It was on {day}, after {course}. Is there a place where such things are kept?"],
        ["Lost things are kept at the front desk in the main building for four weeks."],
        ["Found and fetched", "Not found; noted for later"];
    Other:
        ["Heating in {room} does not go off", "Window in {room} cannot be closed", "Light in {room} is broken"],
        ["We had {course} there with coats on. The others said it has been so since {day}.",
         "It is like that on most days, and nobody can think in there."],
        ["Building services know and come on {day}.", "They have been there. Is it better now?"],
        ["Mended by building services"];
}
