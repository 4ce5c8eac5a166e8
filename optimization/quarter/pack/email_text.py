"""The narrative as plain text that can be pasted into an e-mail."""

import re

from forecasting.charts.chart_style import money
from optimization.quarter.pack.contents import PackContents
from optimization.quarter.pack.decisions import Decision


def email_text(contents: PackContents) -> str:
    """Write the narrative as plain text: a subject, paragraphs, and a line for each request.

    Parameters
    ----------
    contents
        What the pack is written from.

    Returns
    -------
    str
        One line a paragraph, so that a mail program breaks it where it likes.
    """
    words, about, days = contents.narrative, contents.inputs.config.plan, contents.plan.forecast.period_start
    name = " ".join(about.name.split())
    period = f"{days[0].day} {days[0]:%B %Y} to {days[-1].day} {days[-1]:%B %Y}"
    blocks = [
        f"Subject: {name}: {re.split('[:.] ', words.headline)[0]}",
        f"{name}, {period}. Amounts in USD within the plan.",
    ]
    if about.data_note:
        blocks.append(" ".join(about.data_note.split()))
    blocks += [f"{heading}\n{' '.join(sentences)}" for heading, sentences in words.paragraphs]
    if words.decisions:
        blocks.append("\n".join(["Request by request", *map(_line, words.decisions)]))
    price = contents.plan.frontier.willingness_to_pay_usd
    worth = f"Lateness avoided is counted at {money(price)} an item times the severity of its queue. " if price else ""
    blocks.append(
        f"{worth}The on-time share is that of items decided within their target, weighted by the severity of their "
        f"queue. Futures are {contents.plan.forecast.n_paths:,} joint draws of volumes and of the effects of requests. "
        f"Run {contents.manifest['run_id']}."
    )
    return "\n\n".join(blocks) + "\n"


def _line(decision: Decision) -> str:
    asked, approved = money(decision.asked_usd), money(decision.approved_usd)
    amount = asked if decision.approved_usd in (0.0, decision.asked_usd) else f"{approved} of {asked}"
    part = f", {decision.amount}" if decision.amount else ""
    return f"- {decision.verdict.upper()}: {decision.title} ({decision.owner}), {amount}{part}. {decision.reason}"
