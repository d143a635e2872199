//! Images that go with a draft: taken in, sent to the server at once, and shown above the text until it goes.

use super::{
    draft::{Draft, Images, Standing},
    kept::Kept,
};
use crate::{
    browser::{
        Element, Picture, choose_pictures, focus_is_lost, focus_on, next_frame, on_pictures, on_text_pasted,
        write_at_end,
    },
    chat::message::{Pasted, image_url},
    later::later,
    text::{LaterMsg, Msg, sentence},
    ui::{Button, Each, Glyph, IconButton, Make, Only, Problem, Toasts, in_browser, patiently},
    wire::{Attachment, Code, Error, ErrorAnswer, MOST_IMAGES, MOST_PASTES, Message, Part, PartKind},
};
use leptos::{prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;
use std::sync::Arc;

/// A longer text that is pasted goes beside the message.
const LONG_BYTES: usize = 4_000;
const LONG_LINES: usize = 50;

const UPLOAD: &str = "/api/attachments";

later! {
    /// The tray of the composer, which takes what is pasted or dropped anywhere on the page.
    pub fn tray_view(draft: RwSignal<Draft>, submit: Callback<()>, asked: RwSignal<Option<Asked>>, kept: Kept) -> Make {
        Arc::new(move || {
            let tray = Tray::new(draft, submit, Some(kept));
            tray.put_in(kept.images());
            in_browser(move || {
                match asked.get() {
                    Some(Asked::Choose) => tray.choose(),
                    Some(Asked::PutIn(names)) => tray.put_in(names),
                    None => return,
                }
                asked.set(None);
            });
            tray.listen(None);
            view! { <TrayView tray /> }.into_any()
        })
    }
}

/// What the composer asks of its tray.
#[derive(Clone)]
pub enum Asked {
    /// To let a person choose files.
    Choose,
    /// To put in what the server has under these names.
    PutIn(Vec<String>),
}

/// What a draft's images are, and where each stands.
#[derive(Clone, Copy)]
pub struct Tray {
    items: RwSignal<Vec<Item>>,
    draft: RwSignal<Draft>,
    submit: Callback<()>,
    /// Where the names of what the server has are kept over a reload.
    kept: Option<Kept>,
    toasts: Toasts,
}

#[derive(Clone)]
struct Item {
    id: usize,
    /// Where this page can show it.
    url: String,
    /// None for one that the server had.
    picture: Option<Arc<SendWrapper<Picture>>>,
    standing: Upload,
}

#[derive(Clone, PartialEq)]
enum Upload {
    OnItsWay,
    /// The server has it, under this name.
    There(String),
    Failed(Error),
}

impl Item {
    /// What the server refused never goes.
    fn may_go(&self) -> bool {
        !matches!(&self.standing, Upload::Failed(error) if error.code != Code::Unavailable)
    }
}

impl Tray {
    /// The draft is told of what is in the tray, and `submit` is called where it waited for that.
    pub fn new(draft: RwSignal<Draft>, submit: Callback<()>, kept: Option<Kept>) -> Self {
        let tray = Self { items: RwSignal::default(), draft, submit, kept, toasts: Toasts::of_page() };
        // A draft that went took its images along.
        in_browser(move || {
            if draft.with(|draft| draft.images == Images::default()) {
                tray.items.try_maybe_update(|items| (!std::mem::take(items).is_empty(), ()));
            }
        });
        tray
    }

    /// Puts in what a message shows beside its text.
    pub fn fill(self, message: &Message) {
        let shows = |(index, part): (usize, &Part)| {
            let url = image_url(message.id, index);
            let there = Upload::There(part.text.clone());
            (part.kind == PartKind::Image).then_some(Item { id: index, url, picture: None, standing: there })
        };
        self.change(|items| *items = message.parts.iter().enumerate().filter_map(shows).collect());
        let pastes = message.parts.iter().filter(|part| part.kind == PartKind::Paste);
        let pastes = pastes.map(|part| part.text.clone()).collect();
        self.draft.update(|draft| draft.paste_again(pastes));
    }

    /// Puts in what the server has under these names.
    fn put_in(self, names: Vec<String>) {
        if names.is_empty() {
            return;
        }
        self.change(|items| {
            for name in names {
                let (id, url) = (new_id(items), format!("{UPLOAD}/{name}"));
                items.push(Item { id, url, picture: None, standing: Upload::There(name) });
            }
        });
    }

    /// Takes what is pasted into an element or dropped there, without one anywhere on the page, as long as the calling
    /// component lives.
    pub fn listen(self, element: Option<&Element>) {
        let texts = on_text_pasted(element, is_long, move |text| self.add_paste(text));
        let listeners = SendWrapper::new((on_pictures(element, move |given| self.add(given)), texts));
        on_cleanup(move || drop(listeners));
    }

    /// Lets a person choose files.
    pub fn choose(self) {
        choose_pictures(move |given| self.add(given));
    }

    fn add(self, (pictures, others): (Vec<Picture>, usize)) {
        // The text cannot be changed either while a message is on its way.
        if self.draft.try_with_untracked(|draft| draft.standing == Standing::Sending) != Some(false) {
            return;
        }
        let count = |items: &Vec<Item>| items.iter().filter(|item| item.may_go()).count();
        let Some(room) = self.items.try_with_untracked(|items| MOST_IMAGES.saturating_sub(count(items))) else {
            return;
        };
        if others > 0 {
            self.toasts.say(LaterMsg::OnlyImages.text());
        } else if pictures.len() > room {
            self.toasts.say(LaterMsg::MostImages { most: MOST_IMAGES }.text());
        }
        for picture in pictures.into_iter().take(room) {
            let id = self.items.with_untracked(|items| new_id(items));
            let (url, picture) = (picture.url().to_owned(), Some(Arc::new(SendWrapper::new(picture))));
            self.change(|items| items.push(Item { id, url, picture, standing: Upload::OnItsWay }));
            self.send(id);
        }
    }

    fn add_paste(self, text: String) {
        if self.draft.try_update(|draft| draft.paste(text)) == Some(false) {
            self.toasts.say(LaterMsg::MostPastes { most: MOST_PASTES }.text());
        }
    }

    fn send(self, id: usize) {
        let Some(picture) = self.items.with_untracked(|items| find(items, id, |item| item.picture.clone())).flatten()
        else {
            return;
        };
        self.stands(id, Upload::OnItsWay);
        spawn_local(async move {
            let standing = match patiently(|| sent(&picture)).await {
                Ok(Attachment { name }) => Upload::There(name),
                Err(error) => Upload::Failed(error),
            };
            self.stands(id, standing);
        });
    }

    fn stands(self, id: usize, standing: Upload) {
        self.change(|items| {
            if let Some(item) = items.iter_mut().find(|item| item.id == id) {
                item.standing = standing;
            }
        });
    }

    /// The server does not show it: it keeps what was not sent for a week.
    fn is_gone(self, id: usize) {
        let is_ours = |item: &Item| item.picture.is_none();
        if self.items.try_with_untracked(|items| find(items, id, is_ours)).flatten() == Some(true) {
            let gone = Error::new(Code::NotFound, "the server does not have it any more").hint("add it again");
            self.stands(id, Upload::Failed(gone));
        }
    }

    fn remove(self, id: usize) {
        self.change(|items| items.retain(|item| item.id != id));
        focus_back();
    }

    /// Changes what is there, and tells the draft; a draft that is gone is told nothing.
    fn change(self, change: impl FnOnce(&mut Vec<Item>)) {
        let Some((images, names)) = self.items.try_update(|items| {
            change(items);
            (images(items), items.iter().filter_map(name_of).collect::<Vec<_>>())
        }) else {
            return;
        };
        if let Some(kept) = self.kept {
            kept.keep_images(&names);
        }
        if self.draft.try_update(|draft| draft.gathered(images)) == Some(true) {
            self.submit.run(());
        }
    }
}

/// What was pressed went with what it removed.
fn focus_back() {
    next_frame(|| {
        if focus_is_lost() {
            let _ = focus_on(".message-edit .composer-text") || focus_on(".composer .composer-text");
        }
    });
}

fn new_id(items: &[Item]) -> usize {
    items.iter().map(|item| item.id + 1).max().unwrap_or(0)
}

/// It would bury what is said about it.
fn is_long(text: &str) -> bool {
    text.len() > LONG_BYTES || text.lines().count() > LONG_LINES
}

/// What a draft is told of.
fn images(items: &[Item]) -> Images {
    match items.iter().map(name_of).collect() {
        Some(names) => Images::There(names),
        None if items.iter().any(|item| matches!(item.standing, Upload::Failed(_))) => Images::Failed,
        None => Images::OnTheirWay,
    }
}

fn name_of(item: &Item) -> Option<String> {
    match &item.standing {
        Upload::There(name) => Some(name.clone()),
        _ => None,
    }
}

fn find<T>(items: &[Item], id: usize, read: impl FnOnce(&Item) -> T) -> Option<T> {
    items.iter().find(|item| item.id == id).map(read)
}

async fn sent(picture: &Picture) -> Result<Attachment, Error> {
    let unreachable = || Error::new(Code::Unavailable, "the server cannot be reached");
    let odd = |_| Error::new(Code::Internal, "the server answered something else");
    let (status, json) = picture.send(UPLOAD).await.ok_or_else(unreachable)?;
    if status == 200 {
        return serde_json::from_str(&json).map_err(odd);
    }
    Err(match (serde_json::from_str(&json), status) {
        (Ok(ErrorAnswer { error }), _) => error,
        // What is no answer of ours comes from a proxy.
        (Err(_), 413) => Error::new(Code::TooLarge, "a proxy on the way takes nothing of this size")
            .hint("make it smaller, or let the proxy take more"),
        (Err(_), 500..) => unreachable(),
        (Err(error), _) => odd(error),
    })
}

/// The images, with what can be done with each.
#[component]
pub fn TrayView(tray: Tray) -> impl IntoView {
    let ids = Memo::new(move |_| tray.items.with(|items| items.iter().map(|item| item.id).collect::<Vec<_>>()));
    let pastes = Memo::new(move |_| tray.draft.with(|draft| draft.pastes.clone()));
    view! {

        <Only when=move || !pastes.with(Vec::is_empty)>
            <ul class="tray pastes" aria-label=LaterMsg::PastedTexts.text()>
                <Each items=pastes key=|(number, _)| *number as u128 let((number, text))>
                    <PasteItem tray number text />
                </Each>
            </ul>
        </Only>
        <Only when=move || !ids.get().is_empty()>
            <ul class="tray" aria-label=LaterMsg::Images.text()>
                <Each items=ids key=|id| *id as u128 let(id)>
                    <ItemView tray id />
                </Each>
            </ul>
        </Only>
    }
    .into_any()
}

#[component]
fn PasteItem(tray: Tray, number: usize, text: String) -> impl IntoView {
    let take = move || tray.draft.try_update(|draft| draft.remove_paste(number)).flatten();
    view! {
        <li class="tray-paste">
            <Pasted text />
            <button
                class="button small quiet"
                type="button"
                data-action="put-into-text"
                on:click=move |event| {
                    if let Some(text) = take() {
                        write_at_end(&event, &text);
                    }
                }
            >
                {LaterMsg::PutIntoText.text()}
            </button>
            <IconButton
                class="small"
                action="remove-pasted"
                icon=Glyph::Close
                label=LaterMsg::RemovePasted.text()
                press=move |()| {
                    take();
                    focus_back();
                }
            />
        </li>
    }
    .into_any()
}

#[component]
fn ItemView(tray: Tray, id: usize) -> impl IntoView {
    let url = tray.items.with_untracked(|items| find(items, id, |item| item.url.clone())).unwrap_or_default();
    let standing = Memo::new(move |_| {
        tray.items.with(|items| find(items, id, |item| item.standing.clone())).unwrap_or(Upload::OnItsWay)
    });
    let number = move || tray.items.with(|items| items.iter().position(|item| item.id == id).unwrap_or(0) + 1);
    let file =
        tray.items.with_untracked(|items| find(items, id, |item| item.picture.as_ref().map(|it| it.name().to_owned())));
    let file = file.flatten().unwrap_or_default();
    let failed = move || match standing.get() {
        Upload::Failed(error) if file.is_empty() => Some(sentence(&error)),
        Upload::Failed(error) => {
            Some(LaterMsg::OfFile { file: file.clone(), why: sentence(&error).into_owned() }.text())
        }
        _ => None,
    };
    // What is no image does not become one.
    let may_come =
        Memo::new(move |_| matches!(standing.get(), Upload::Failed(error) if error.code == Code::Unavailable));
    let is_broken = move || matches!(standing.get(), Upload::Failed(_)) && !may_come.get();
    let remove = Signal::derive(move || LaterMsg::RemoveImage { number: number() }.text());
    view! {
        <li class="tray-image" aria-busy=move || (standing.get() == Upload::OnItsWay).to_string()>
            <img
                src=url
                hidden=is_broken
                alt=move || Msg::ImageNumber { number: number() }.text()
                on:error=move |_| tray.is_gone(id)
            />
            <IconButton
                class="small round"
                action="remove-image"
                icon=Glyph::Close
                label=remove
                press=move |()| tray.remove(id)
            />
            <Problem words=failed />
            <Only when=may_come>
                <Button class="button small" action="send-image" words=Msg::TryAgain.text() press=move |()| tray.send(id) />
            </Only>
        </li>
    }
    .into_any()
}
