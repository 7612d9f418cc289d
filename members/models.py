"""The members floor's tables, by room."""

from members.joining.models import JoinDraft
from members.profile.models import Notice, Profile
from members.security.models import PaymentPin, ProofCode, WalletStop

__all__ = ["JoinDraft", "Notice", "PaymentPin", "Profile", "ProofCode", "WalletStop"]
