"""What Outlook packs into a winmail.dat."""
