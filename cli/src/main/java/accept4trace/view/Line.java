package accept4trace.view;

import accept4trace.text.CellWidth;
import java.util.ArrayList;
import java.util.List;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/**
 * Builds a line of the screen from cells of fixed width. A name that is too wide for its cell pushes the next cells to
 * the right. Cells with spare room make up for that, so the rest of the line is aligned again.
 */
final class Line {
    private final Theme theme;
    private final AttributedStringBuilder text = new AttributedStringBuilder();
    private int length;
    /** Where the next cell begins if no name was too wide. */
    private int end;

    Line(Theme theme) {
        this.theme = theme;
    }

    Line add(String cell, AttributedStyle style) {
        end += columns(cell);
        return append(cell, style);
    }

    private Line append(String cell, AttributedStyle style) {
        text.styled(style, cell);
        length += columns(cell);
        return this;
    }

    private Line fillTo(int column) {
        return append(" ".repeat(Math.max(0, column - length)), theme.plain());
    }

    Line add(String cell) {
        return add(cell, theme.plain());
    }

    /** Adds a name, which may take more than {@code width} columns: see {@link Theme#name}. */
    Line name(String name, int width, AttributedStyle style) {
        end += width;
        return append(theme.name(name, width - 1), style).fillTo(end);
    }

    Line left(String cell, int width, AttributedStyle style) {
        separate();
        end += width;
        return append(theme.cut(cell, Math.max(0, end - length)), style).fillTo(end);
    }

    /** Adds a space if a name has reached into this cell. */
    private void separate() {
        fillTo(length > end ? length + 1 : length);
    }

    Line left(String cell, int width) {
        return left(cell, width, theme.plain());
    }

    Line right(String cell, int width, AttributedStyle style) {
        separate();
        String cut = theme.cut(cell, width);
        end += width;
        return fillTo(end - columns(cut)).append(cut, style);
    }

    Line right(String cell, int width) {
        return right(cell, width, theme.plain());
    }

    Line spaces(int count) {
        end += Math.max(0, count);
        return fillTo(end);
    }

    /** Returns how many columns of the next cell are free, if it is {@code width} columns wide. */
    int room(int width) {
        return Math.max(0, end + width - length - (length > end ? 1 : 0));
    }

    static int columns(String text) {
        return CellWidth.of(text);
    }

    AttributedString end() {
        return text.toAttributedString();
    }

    /** Puts two panes side by side. The result is as high as the higher one. */
    static List<AttributedString> sideBySide(
            List<AttributedString> left, int leftWidth, List<AttributedString> right, Theme theme) {
        List<AttributedString> lines = new ArrayList<>();
        for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
            AttributedStringBuilder line = new AttributedStringBuilder();
            AttributedString begin = i < left.size() ? left.get(i) : AttributedString.EMPTY;
            line.append(begin);
            line.styled(theme.plain(), " ".repeat(Math.max(0, leftWidth - columns(begin.toString()))));
            line.append(i < right.size() ? right.get(i) : AttributedString.EMPTY);
            lines.add(line.toAttributedString());
        }
        return lines;
    }
}
