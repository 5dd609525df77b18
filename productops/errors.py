"""What people see when something is refused or fails."""

from django.shortcuts import render


def csrf_failure(request, reason=""):
    return render(request, "403.html", {"reason": reason}, status=403)
