"""Why a mail of ours was refused: from what a mail system said, at once or in a mail that came back.

Only one cause is about the address itself, and only that ends mail to it. In doubt it is another: an address that is
wrongly tried again costs a mail, one that is wrongly given up costs its owner every answer.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache

# Characters of what was said that are looked at.
_MOST = 10_000


class Cause(StrEnum):
    """What stood in the way of a mail; the value completes "not delivered, because"."""

    ADDRESS = "the address does not exist or takes no mail"
    MAILBOX_FULL = "the mailbox is full"
    SIZE = "it is too large for the recipient"
    POLICY = "the recipient's mail system does not want it"
    HOST = "the recipient's mail system could not be reached or failed"
    UNKNOWN = "the recipient's mail system refused it"


# What mail systems say, as plain words: small letters, without addresses and punctuation; "..." stands for up to five
# words. Who comes first is believed first. Words count before codes, since many a system says 5.1.1 and goes on to name
# a blocklist, or says 5.2.1 where mail comes too quickly.
_SAID: tuple[tuple[Cause, str], ...] = (
    (
        Cause.HOST,
        """
        domain does not exist, domain doesnt exist, domain ... not exist, domain not found, no such domain,
        domain unknown, unknown domain, unknown host, host unknown, host not found, bad host, nxdomain,
        unrouteable mail domain, no mx, name service error, mx record, too many hops, hop count, mail loop, loops back,
        loop detected
        """,
    ),
    (
        Cause.MAILBOX_FULL,
        """
        mailbox full, mailbox is full, mailbox ... is full, mailbox exceeds, mailbox has exceeded,
        mailbox currently full, inbox is full, inbox full, account is full, folder is full, mailfolder is full,
        maildrop ... full, user is full, over quota, overquota, over the quota, over disk quota, over its quota,
        over their quota, over the allowed quota, over the maximum allowed ... quota, quota exceeded, quota exceed,
        quota ... exceeded, exceeded ... quota, exceeds ... quota, exceed ... quota, exceeding ... quota, quota full,
        quota is full, quota violation, quota reached, quota limit, out of quota, user quota, disk quota,
        storage quota, mail quota, beyond ... quota, storage exceeded, storage limit, storage space,
        mailbox size limit, mailbox limit, mailbox too large, exceeded ... storage, out of storage, storage full,
        insufficient ... storage, no space left for user, insufficient disk space, mailbox ... no space,
        disk space limit, exhausted allowed storage, message would exceed, mail would exceed,
        too many messages ... mailbox, postfach ... voll, mailbox ist voll, mailbox voll, konto ... voll,
        quota überschritten, quota ... erreicht, speicherplatz, speicherlimit, kein platz mehr,
        nicht genügend speicher, boite ... pleine, boîte ... pleine, quota dépassé, buzón ... lleno, buzon ... lleno,
        casella ... piena
        """,
    ),
    (
        Cause.SIZE,
        """
        message too large, message is too large, message too big, message is too big, message ... larger than,
        mail too large, mail is too large, mail too big, email is too large, too large message, body too large,
        message size exceeds, message file too big, message length exceeds, message exceeds ... size, size exceeds,
        message size ... exceeds, exceeds ... message size, exceeds ... size limit, exceeds ... maximum size,
        maximum message size, max message size, message size limit, exceeds ... size ... limit, size limit exceeded,
        exceeded size limit, larger than ... limit, attachment ... too large, message was too large, zu gross, zu groß,
        maximale größe
        """,
    ),
    (
        Cause.POLICY,
        """
        spam, spammer, spammers, junk, unsolicited, virus, viruses, malware, infected, phishing, suspicious, abuse,
        blacklist, blacklisted, black list, blocklist, blocklisted, block list, blocked, blocking, banned, dnsbl, rbl,
        rbls, spamhaus, spamhaus.org, spamcop, spamcop.net, barracuda, sorbs, surbl, uribl, uceprotect, senderscore,
        cloudmark, proofpoint, is listed, currently listed, was listed, listed by, listed at, listed on, reputation,
        greylist, greylisted, greylisting, graylisted, dmarc, spf, dkim, sender id, senderid, unauthenticated,
        authentication, not authenticated, reverse dns, rdns, ptr record, ptr, reverse lookup, helo, ehlo, dynamic ip,
        dial up, residential, relay access denied, relay denied, relaying denied, relaying, relay not permitted,
        to relay, cannot relay, relay prohibited, access denied, access to this ... denied, permission denied,
        client host rejected, connection rejected, connection denied, not authorized, not authorised, unauthorized,
        not permitted, not allowed, prohibited, disallowed, forbidden, not accept ... from, not accepting ... from,
        refused to accept ... from, do not accept, only accepts, restricted, policy, policies, transport rule,
        content rejected, content filter, message rejected, message refused, message content, mail refused,
        mail rejected, sender rejected, sender address rejected, sender denied, bad sender, sender domain, rate limit,
        rate limited, rate that, too many, too fast, too quickly, throttled, throttling, exceeded the maximum number,
        white list, whitelist, whitelisted, prevents additional messages, receiving mail too, receiving mail at,
        richtlinie, richtlinien, abgelehnt wegen, unerwünscht, gesperrte ip, nicht erlaubt, nicht berechtigt,
        zugriff verweigert
        """,
    ),
    (
        Cause.ADDRESS,
        """
        user unknown, unknown user, user not known, unknown recipient, recipient unknown, unknown address,
        address unknown, unknown account, account unknown, unknown mailbox, mailbox unknown, unknown local part,
        unknown to ... address, no such user, no such recipient, no such mailbox, no such address, no such account,
        no such person, no such local user, no such email, no such e mail, unknown e mail address,
        unknown email address, invalid e mail address, no such name, no mailbox here, no mailbox by, no account here,
        no account by, no user here, no valid recipients, no one here, not our customer, not our user, user not found,
        user was not found, user ... not found, recipient not found, recipient ... not found, address not found,
        mailbox not found, mailbox ... not found, account not found, email address could not be found,
        couldnt be found, wasnt found at, could not find ... user, recipnotfound, recipientnotfound,
        user ... doesnt exist, user ... does not exist, user didnt exist, user ... not exist, recipient ... not exist,
        mailbox ... not exist, account ... not exist, address ... not exist, alias ... not exist, nonexistent user,
        mailbox ... doesnt exist, account ... doesnt exist, address ... doesnt exist, recipient ... doesnt exist,
        non existent user, nonexistent mailbox, no longer exists, doesnt have ... account, does not have ... account,
        does not have ... mailbox, not have an account, invalid recipient, recipient invalid, recipient is invalid,
        invalid address, invalid mailbox, invalid user, invalid email address, invalid local part,
        invalid final delivery, invalid rcpt, bad destination mailbox, not a valid mailbox, not a valid user,
        not a valid recipient, not a valid address, not a valid account, illegal user, illegal alias,
        undeliverable address, not listed in, mailbox disabled, mailbox is disabled, account disabled,
        account is disabled, account has been disabled, user disabled, address disabled, address is disabled,
        account that you tried to reach is disabled, disabled recipient, mailbox is inactive, mailbox inactive,
        account is inactive, account inactive, inactive account, inactive user, user is inactive, address is inactive,
        account that you tried to reach is inactive, no longer active, deactivated, not an active address,
        account ... deleted, user ... deleted, account closed, account has been closed, mailbox closed,
        address is closed, account suspended, account is suspended, user suspended, mailbox suspended,
        mailbox is suspended, account terminated, account expired, account ... cancelled, mailbox ... removed,
        no longer valid, no longer in use, no longer on server, no longer with, has left, address no longer,
        recipient no longer, user no longer, empfänger unbekannt, unbekannter empfänger, unbekannter benutzer,
        benutzer unbekannt, adresse unbekannt, empfänger ... unbekannt, empfänger ... existiert nicht,
        adresse ... existiert nicht, postfach ... existiert nicht, postfach ... nicht gefunden,
        adresse ... nicht gefunden, empfänger ... nicht gefunden, empfängeradresse ... ungültig, adresse ... ungültig,
        ungültige adresse, ungültiger empfänger, konto ... deaktiviert, postfach ... deaktiviert,
        postfach ... gesperrt, postfach ... gelöscht, kein postfach, kein solcher benutzer, kein empfänger,
        utilisateur inconnu, destinataire inconnu, adresse inconnue, adresse ... inexistante, adresse ... invalide,
        usuario desconocido, usuario no existe, destinatario desconocido, utente sconosciuto, utente ... inesistente,
        gebruiker onbekend, onbekende gebruiker
        """,
    ),
    (
        Cause.HOST,
        """
        timed out, timeout, connection refused, connection reset, connection lost, connection dropped,
        could not connect, unable to connect, cannot connect, no route, unreachable, not responding, network error,
        retry timeout, expired, temporarily, temporary, system error, system problem, internal error, server error,
        server busy, service unavailable, service not available, local error, configuration error, i o error,
        disk full, tls, starttls, certificate, zeitüberschreitung, nicht erreichbar, verbindung
        """,
    ),
)

# What RFC 3463's codes say where the words say nothing.
_CODES: tuple[tuple[Cause, str], ...] = (
    (Cause.ADDRESS, r"5\.1\.(1|10)|5\.2\.1"),
    (Cause.MAILBOX_FULL, r"[45]\.2\.2"),
    (Cause.SIZE, r"[45]\.(2\.3|3\.4)"),
    (Cause.POLICY, r"[45]\.7\.\d+|5\.1\.8|5\.6\.\d+"),
    (Cause.HOST, r"4\.\d+\.\d+|5\.[34]\.\d+|5\.1\.2"),
)

_CODE = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_ADDRESSES = re.compile(r"<[^<>\s]{0,300}>|[^\s<>]{1,200}@[^\s<>]{1,200}")
_APOSTROPHES = dict.fromkeys(map(ord, "'\u2019"))
_NO_WORDS = re.compile(r"[^\w.]+|(?<!\d)\.|\.(?!\d)")


def cause_of(said: str, status: str = "") -> Cause:
    """What stood in the way, by what a mail system said; `status` is the enhanced code beside it, such as "5.1.1".

    Words are not taken to mean the address where a code says that it may pass, or that the mailbox is full.
    """
    codes = [*_CODE.findall(said[:_MOST]), *filter(None, [status])]
    coded = next((cause for code in codes for cause, known in _CODES if re.fullmatch(known, code)), Cause.UNKNOWN)
    passes = coded in {Cause.MAILBOX_FULL, Cause.SIZE} or bool(codes and codes[0].startswith("4"))
    words = _normal(said)
    told = next((cause for cause, pattern in _patterns() if pattern.search(words)), coded)
    return coded if passes and told is Cause.ADDRESS else told


def _normal(said: str) -> str:
    """The words as the table has them, with a space around each."""
    words = _ADDRESSES.sub(" ", said[:_MOST].lower().replace("_", " "))
    return f" {' '.join(_NO_WORDS.sub(' ', words.translate(_APOSTROPHES)).split())} "


@cache
def _patterns() -> tuple[tuple[Cause, re.Pattern[str]], ...]:
    return tuple((cause, _pattern(phrases)) for cause, phrases in _SAID)


def _pattern(phrases: str) -> re.Pattern[str]:
    listed = [" ".join(phrase.split()) for phrase in re.split(r"[,\n]", phrases)]
    return re.compile(
        "|".join(f" {re.escape(phrase)} ".replace(r"\ \.\.\.\ ", r" (?:\S+ ){0,5}?") for phrase in listed if phrase)
    )
