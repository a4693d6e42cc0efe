package dev.keymgr.daemon.dashboard;

/** The daemon's dashboard. Pure and thread-safe: the same view gives the same bytes. */
public final class Dashboard {
    private Dashboard() {}

    /** Never fails on any content: what a view holds is shown as text, whatever it looks like. */
    public static Page render(View view) {
        Html html = new Html();
        new Layout(view, html).write();
        return new Page(html.document(), Stylesheet.POLICY);
    }
}
