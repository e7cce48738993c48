"""The bundled newsroom: a loopback site with self-written announcements, a mailbox and a webhook receiver.

    outlets        who publishes, at which address, in which form      drafts     the announcements, from data files
    newsroom       what is published so far                            feeds      an outlet's entries as RSS, Atom, ...
    site           the pages and feeds over HTTP                       answers    validators, 304, gzip
    mailbox        an SMTP server and what it received                 receiver   a webhook receiver that verifies
    stage          all of them, up and running                         catalog    the configuration that watches them
    run            the demo itself                                     report     expected against stored and received

Everything listens on 127.0.0.2 and up: 127.0.0.1 stays forbidden to the fetcher here as everywhere. Publishers are
invented; the policies they speak of are the real ones.
"""
