"""What pages say of mails to come. Without a mail server nobody outside gets one: mails stay in the mailbox of the reps."""

from services import settings


def link_comes() -> str:
    """How a customer who books gets the link to the call."""
    return 'You will get a mail with the link.' if settings.current().sends_mail else 'The link is on the page that follows.'


def both_are_told(rep_name: str) -> str:
    """Who learns what the customer does."""
    return 'You both get a mail.' if settings.current().sends_mail else f'{rep_name} reads so on this site.'


def is_told(who: str, customer_name: str) -> str:
    """That `who` (`Carol is`, `Carol and both reps are`) told of what a rep does; without a mail server the rep has to see to it."""
    return f'{who} told by mail.' if settings.current().sends_mail else f'No mail server is set, so please tell {customer_name} yourself.'


def invitation_comes() -> str:
    """How a rep who is invited gets the link to choose a password."""
    if settings.current().sends_mail:
        return 'They get a mail with a link to choose a password. It works for three days.'
    return 'No mail server is set: a link to choose a password, for you to pass on, will lie in the mailbox here. It works for three days.'


def invitation_came(email: str) -> str:
    """Where the invitation to this address is now."""
    return f'a mail is on its way to {email}' if settings.current().sends_mail else 'the link for them is in the mailbox here'
