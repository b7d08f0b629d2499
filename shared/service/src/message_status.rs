//! `GET /room/{room_id}/message/{message_id}/status`: how far a message has come, for its sender and the backend. It is derived
//! from the members' positions; nothing is stored for a message.

use parlour_domain::access::Operation;
use parlour_domain::log::Entry;
use parlour_domain::member::{Member, Receipt};
use parlour_domain::{UserId, limits};
use parlour_protocol::view::{ReceiptView, StatusView, receipt_name};
use parlour_store::MemberPage;

use crate::message::Target;
use crate::{Error, Parlour};

/// How far a message has come: with up to [`limits::RECEIPTS_COUNTED`] members in numbers, and with a page of the members one
/// by one.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Denied`], [`Error::Store`].
pub async fn status(
    parlour: &Parlour,
    target: Target<'_>,
    after: Option<UserId>,
    limit: usize,
) -> Result<StatusView, Error> {
    let app = target.actor.app();
    let found = target.find(parlour, Operation::MessageStatus).await?;
    let (room, of) = (found.room, &found.entry);
    let page = async {
        match after {
            Some(_) => parlour.store.list_members(app, room, after, limit).await.map(Some),
            None => Ok(None),
        }
    };
    let (counted, page) = tokio::join!(
        parlour.store.list_members(app, room, None, limits::RECEIPTS_COUNTED),
        page,
    );
    let (counted, page) = (counted?, page?);
    let page = page.unwrap_or_else(|| first(&counted, limit));
    let receipts: Vec<Receipt> = others(&counted, of).map(|(_, receipt)| receipt).collect();
    let number = |least: Receipt| {
        let so_far = receipts.iter().filter(|receipt| **receipt >= least).count();
        u64::try_from(so_far).unwrap_or(u64::MAX)
    };
    // Of those who are not counted it is not known.
    let all = receipts.iter().min().copied().filter(|_| counted.next.is_none());
    let item = |(member, receipt): (&Member, Receipt)| ReceiptView {
        user_id: member.user.to_string(),
        status: receipt_name(receipt).to_owned(),
    };
    Ok(StatusView {
        room_id: target.room.to_string(),
        message_id: target.message.to_string(),
        seq: of.seq.get(),
        status: receipt_name(all.unwrap_or(Receipt::Sent)).to_owned(),
        members: number(Receipt::Sent),
        delivered: number(Receipt::Delivered),
        read: number(Receipt::Read),
        more: counted.next.is_some(),
        items: others(&page, of).map(item).collect(),
        next: page.next.map(|user| user.to_string()),
    })
}

/// The first page, of members that were read already.
fn first(counted: &MemberPage, limit: usize) -> MemberPage {
    let members: Vec<Member> = counted.members.iter().take(limit).cloned().collect();
    let more = counted.members.len() > limit || counted.next.is_some();
    let last = members.last().map(|member| member.user);
    MemberPage {
        members,
        next: last.filter(|_| more),
    }
}

/// The members other than the sender who were there when the message was sent.
fn others<'a>(page: &'a MemberPage, of: &'a Entry) -> impl Iterator<Item = (&'a Member, Receipt)> {
    let others = page.members.iter().filter(|member| of.sender != Some(member.user));
    others.filter_map(|member| Some((member, member.receipt(of.seq)?)))
}
